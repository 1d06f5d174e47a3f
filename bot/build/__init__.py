"""How are the packaged data files made? Maintenance only: the running bot never imports it."""
