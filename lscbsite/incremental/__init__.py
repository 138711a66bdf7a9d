"""What earlier builds made: the only place that knows what need not be done again."""
