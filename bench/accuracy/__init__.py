"""How often is the reader wrong: simulated forms of which the truth is known, read and compared.

`pages` draws and scans a form, `judge` reads it and compares, `results` keeps what was counted, `scores` what was
measured; `table`, `curve` and `pictures` show it.
"""
