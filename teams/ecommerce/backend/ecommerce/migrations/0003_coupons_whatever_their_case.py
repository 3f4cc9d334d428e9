"""A code is looked up whatever its case, so it is unique whatever its case."""

from django.db import migrations, models
from django.db.models.functions import Upper

# Nobody could tell them apart: the oldest keeps the code that they share.
_TELL_APART = """
UPDATE coupons SET code = left(code, 20) || '-' || id
WHERE EXISTS (SELECT FROM coupons older WHERE upper(older.code) = upper(coupons.code) AND older.id < coupons.id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ecommerce", "0002_products_of_category_by_price"),
    ]

    operations = [
        migrations.RunSQL(_TELL_APART, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="coupon",
            name="code",
            field=models.CharField(max_length=40),
        ),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.UniqueConstraint(
                Upper("code"),
                name="coupons_code_once",
                violation_error_message="There is a coupon of this code.",
            ),
        ),
    ]
