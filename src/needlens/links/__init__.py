"""Links from means to end, as customers put them into words."""
