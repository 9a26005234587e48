"""Reports: one content, shown in a notebook and rendered as one offline page."""
