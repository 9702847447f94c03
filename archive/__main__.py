from archive.cli import main

main(prog_name="python -m archive")
