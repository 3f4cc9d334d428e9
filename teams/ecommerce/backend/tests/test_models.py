"""What the models say, the migrations make."""


def test_no_change_of_a_model_waits_for_its_migration(settings):
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
