script-copy-link = Link kopieren
script-link-copied = Link kopiert
script-link-not-copied = Der Link konnte nicht kopiert werden
post-neighbours = Andere Beiträge
post-newer = Neuer
post-older = Älter
