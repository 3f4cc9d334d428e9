"""Accounts: signing up and signing in."""

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from ecommerce import errors
from ecommerce.models import User
from teamkit import passwords


def find(user_id: int) -> User | None:
    return User.objects.filter(id=user_id, is_active=True).first()


def sign_up(*, name: str, email: str, password: str) -> User:
    """A new account. Refused with EmailTaken where the email has one."""
    user = User(name=name, email=email, password=make_password(password))
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise errors.EmailTaken from None
    return user


def log_in(*, email: str, password: str) -> User:
    """The account of this email, if the password is right. An unknown email takes as long as a wrong one."""
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        passwords.verify_nothing(password)
        raise errors.WrongCredentials
    if not user.check_password(password):
        raise errors.WrongCredentials
    return user


def promote(email: str) -> User:
    """Make somebody a member of staff, in the API and in the admin."""
    user = User.objects.get_by_natural_key(email)
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    return user
