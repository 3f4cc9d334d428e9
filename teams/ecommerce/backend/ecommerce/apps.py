"""The name under which Django knows the shop."""

from django.apps import AppConfig


class Ecommerce(AppConfig):
    name = "ecommerce"
    verbose_name = "Shop · 쇼핑몰"
