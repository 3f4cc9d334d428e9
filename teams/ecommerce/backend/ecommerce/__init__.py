"""The shop: a catalogue, a cart, orders that never oversell, and payments that happen once."""
