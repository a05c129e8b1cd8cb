"""What pages and charts are made of: surfaces, words, figures, choices, tables; nothing here knows a
chart.

`themed.Themed` is the mixin behind `apply_theme(theme)`, and `themed.spread_theme(root, theme)` reaches
a whole page. `numbers` and `dates` say how a figure and a day read (true minus, the reader's
separators, a dash for unknown). `walked.Walked` gives painted rows and squares arrow keys, a table
behind T and a menu; whatever the keyboard walks says where it is by `spoken.speak(widget, words)`.
"""
