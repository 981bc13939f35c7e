"""What people see, one file a page.

Streamlit takes any folder of this name for its old kind of app and would serve each file in it as a
page of its own until `st.navigation` has run once: a link to a page, as the first visit after a
start, would show nothing, and would pass by whatever `app.py` checks. So the first import switches
that off and runs the visit again through `app.py`. The old kind knows a page by its file's name, so
`app.py` gives each page that name in the address.
"""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

if PagesManager.uses_pages_directory:
    PagesManager.uses_pages_directory = False
    st.rerun()
