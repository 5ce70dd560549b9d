"""The domain of Wish: wish lists whose items several people pay for together."""
