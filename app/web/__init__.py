"""The Streamlit app; `main.py` is the entry script and stands alone here, since its folder goes on sys.path."""
