connection-address = Ihre Adresse
connection-address-text = Der Server hält Ihre Verbindung für eine von { $address }. Haben alle dieselbe Adresse, so kennt er den Proxy vor sich nicht (--trusted-proxies).
connection-advice = Was Sie ändern können
connection-browser = Browser
connection-browser-cuts = Unterbrochen, wenn Sie wegsehen: Nehmen Sie den Browser vom Stromsparen aus und diese Seite vom Schlafen der Tabs.
connection-browser-held-back = Zurückgehalten: Ein Virenschutz oder Filter liest vielleicht jede Antwort bis zum Ende. Er soll diese Adresse in Ruhe lassen, oder verwenden Sie https.
connection-browser-notifications = Benachrichtigungen gesperrt: Öffnen Sie neben der Adresse die Einstellungen der Website und erlauben Sie sie dort.
connection-caddy = Caddy gibt Streams sofort weiter. Lassen Sie { $flush } in Ruhe; wenn Sie { $encode } verwenden, darf text/event-stream nicht in seiner Liste stehen.
connection-cuts = Unterbrechungen
connection-haproxy = Seine Zeitlimits müssen länger sein als die 20 Sekunden, in denen sich der Server meldet.
connection-http = HTTP beim Server
connection-http-browser = HTTP im Browser
connection-http-server = Den Server erreichte die Seite mit { $version }.
connection-https = Man kommt mit https hierher.
connection-lead = Was für Sie veröffentlicht wird, erscheint hier von selbst, über eine Verbindung, die offen bleibt. Diese Seite sagt, wie es ihr geht.
connection-more = Die Dateien für jeden Proxy stehen in der Anleitung für den Betrieb des Servers (docs/deploy.md).
connection-nginx = nginx gibt weiter, was kommt, wenn nichts anderes eingestellt ist. Diese Zeilen halten Streams offen und nichts zurück:
connection-no-https = Man kommt mit einfachem http hierher; darum erlauben Browser weder Benachrichtigungen noch die App.
connection-no-script = JavaScript ist ausgeschaltet, darum erscheint hier nichts von selbst: Laden Sie eine Seite neu, um Neues zu sehen. Alles andere geht. Was diese Seite misst, braucht JavaScript.
connection-not-known = Noch nicht bekannt
connection-permissions = Berechtigungen
connection-send-test = Test an mich senden
connection-tabs = Tabs
connection-test = Test
connection-test-body = Das haben Sie auf der Seite über Ihre Verbindung verlangt. Niemand sonst sieht es.
connection-test-hint = Der Server veröffentlicht einen Beitrag, den nur Sie sehen, und diese Seite sagt, wie lange er gebraucht hat.
connection-test-title = Ein Test Ihrer Verbindung
connection-title = Verbindung
connection-way = Auf dem Weg
script-doctor-again = Sie haben gerade eben einen Test gesendet. Warten Sie { $seconds } Sekunden.
script-doctor-cuts =
    { $count ->
        [one] { $count } Unterbrechung ({ $time }), nach { $seconds } Sekunden.
       *[other] { $count } Unterbrechungen, die letzte ({ $time }) nach { $seconds } Sekunden.
    } Das kommt vor: Ein Laptop hat geschlafen, oder das Netz hat gewechselt.
script-doctor-free = Nichts hält zurück, was kommt. Die längste Stille dauerte { $seconds } Sekunden.
script-doctor-held-back = Etwas auf dem Weg hält zurück, was kommt, bis es ganz ist. Diese Seite fragt stattdessen alle 15 Sekunden.
script-doctor-insecure = Diese Adresse ist nicht sicher (https), darum erlauben Browser weder Benachrichtigungen noch die App.
script-doctor-late = Etwas auf dem Weg gibt verspätet weiter, was kommt: Einmal kam { $seconds } Sekunden lang nichts.
script-doctor-lost = Der Server hat den Beitrag, und er kam innerhalb von { $seconds } Sekunden nicht an. Etwas auf dem Weg hält ihn zurück.
script-doctor-many-cuts = { $count } Unterbrechungen, die letzte ({ $time }) nach { $seconds } Sekunden. Kommen sie immer wieder nach derselben Zeit, so beendet etwas auf dem Weg, was still ist.
script-doctor-may-not-notify = Benachrichtigungen sind für diese Adresse gesperrt.
script-doctor-may-notify = Benachrichtigungen sind erlaubt.
script-doctor-no-cuts = Keine, seit dieser Browser verbunden ist.
script-doctor-no-notifications = Dieser Browser hat hier keine Benachrichtigungen.
script-doctor-not-asked = Noch hat niemand um Benachrichtigungen gebeten.
script-doctor-not-sent = Der Test konnte nicht gesendet werden. Bitte versuchen Sie es noch einmal.
script-doctor-own =
    { $count ->
        [one] Dieser Tab hat einen eigenen Stream.
       *[other] { $count } Tabs haben je einen Stream.
    }
script-doctor-protocol = Ihr Browser ist verbunden mit { $protocol }.
script-doctor-protocol-unknown = Ihr Browser sagt nicht, womit er verbunden ist.
script-doctor-secure = Die Adresse ist sicher.
script-doctor-tabs =
    { $count ->
        [one] { $count } Tab dieses Browsers benutzt den Stream.
       *[other] { $count } Tabs dieses Browsers teilen sich einen Stream.
    }
script-doctor-testing = Warten auf den Test…
script-doctor-took = Er ist da. Vom Server bis zu dieser Seite dauerte es { $way } ms, vom Knopf bis zu dieser Seite { $all } ms.
script-doctor-unknown = Gerade nicht verbunden.
