"""`python -m sehatmenu`, the same as the command `sehatmenu`."""

import sys

from sehatmenu.cli import main

if __name__ == "__main__":
    sys.exit(main())
