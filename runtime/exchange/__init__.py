"""Lists as files: tables read from CSV and XLSX, written to them, and the work done meanwhile.

reading.py      a file as a table: header and numbered lines, whatever wrote it
detecting.py    its kind, encoding and delimiter
workbook.py     XLSX in
writing.py      CSV and XLSX out
guessing.py     which column is which field
transfers.py    imports and exports as rows: what was asked, how far it is
importer.py     one import on its way, undoing.py the way back, exporter.py one export
kept_texts.py   what is told of them, kept so that each reader has their language
runner.py       does them in the background
"""
