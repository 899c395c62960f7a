"""Facts about the surveys that ship with LitAtlas; each folder has a manifest."""
