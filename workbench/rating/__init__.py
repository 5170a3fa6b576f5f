"""Rating: the order shown, the session, and how a digit becomes an event. No UI and no torch."""
