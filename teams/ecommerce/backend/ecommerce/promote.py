"""Makes somebody a member of staff: python3 -m ecommerce.promote EMAIL"""

import sys

import django

django.setup()

from ecommerce.services import users  # noqa: E402

if __name__ == "__main__":
    print(f"{users.promote(sys.argv[1])} is staff now · 이제 직원입니다", file=sys.stderr)
