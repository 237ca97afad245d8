drill = Übung
drill-choice = Das ist eine Übung
drill-hint = Sie ist auf jedem Bildschirm, in jeder Benachrichtigung und jedem Export als solche gekennzeichnet und bleibt es.
drill-not = Keine Übung
drill-title = ÜBUNG: { $title }
script-alert-real = Kritischer Alarm – keine Übung
