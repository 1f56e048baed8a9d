"""`python -m sipas_forms`."""

from sipas_forms.cli import main

if __name__ == "__main__":
    main()
