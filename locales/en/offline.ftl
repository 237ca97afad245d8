offline-text = Nothing is lost: what was posted meanwhile comes when the connection is back. This page looks for it by itself.
offline-title = You are offline
offline-try-again = Try now
