"""A category by price, the cheapest first: without this the cheapest of the whole shop are looked through."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ecommerce", "0001_tables"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                models.F("category"),
                models.F("price"),
                models.F("id"),
                condition=models.Q(("archived", False)),
                name="products_of_category_by_price",
            ),
        ),
    ]
