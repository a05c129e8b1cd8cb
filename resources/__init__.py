"""Icons, themes, help texts and templates, and the one small reader for them."""
