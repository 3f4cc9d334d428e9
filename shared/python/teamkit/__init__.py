"""What every team's backend needs, so that four applications solve each of these problems once."""
