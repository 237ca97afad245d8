offline-text = Nichts geht verloren: Was inzwischen veröffentlicht wurde, kommt, sobald die Verbindung wieder da ist. Diese Seite sucht sie von selbst.
offline-title = Sie sind offline
offline-try-again = Jetzt versuchen
