def test_the_demo_is_filled_once_with_an_order_in_every_state(shop, rules):
    from ecommerce import seed
    from ecommerce.services.order_states import MOVES

    first = seed.fill(shop, "a long password")
    again = seed.fill(shop, "another password")

    assert first == (60, 60)
    assert again == (0, 60)
    assert set(rules.models.Order.objects.values_list("state", flat=True)) == set(MOVES)
    assert rules.users.log_in(email="staff@example.com", password="another password").is_staff
