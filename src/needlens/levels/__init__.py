"""The level of a reason: attribute, functional or psychosocial consequence, value."""
