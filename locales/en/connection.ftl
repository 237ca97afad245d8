connection-address = Your address
connection-address-text = The server takes your connection for one from { $address }. If everybody has the same address, it does not know the proxy in front of it (--trusted-proxies).
connection-advice = What to change
connection-browser = Browser
connection-browser-cuts = Cut when you look away: exempt the browser from battery saving, and this page from sleeping tabs.
connection-browser-held-back = Held back: a virus scanner or a filter may read every answer to its end. Have it leave this address alone, or use https.
connection-browser-notifications = Notifications blocked: open the site's settings beside the address, and allow them there.
connection-caddy = Caddy hands on streams at once. Leave { $flush } alone; if you use { $encode }, text/event-stream must not be in its list.
connection-cuts = Cuts
connection-haproxy = Its time-outs have to be longer than the 20 seconds in which the server says that it is there.
connection-http = HTTP at the server
connection-http-browser = HTTP in the browser
connection-http-server = The page reached the server over { $version }.
connection-https = People come by https.
connection-lead = What is posted for you appears here by itself, over one connection that stays open. This page says how it is doing.
connection-more = The files for each proxy are in the guide for whoever runs the server (docs/deploy.md).
connection-nginx = nginx hands on what comes unless it was told to keep it. These lines keep streams open and hold nothing back:
connection-no-https = People come by plain http, so browsers allow no notifications, and no app.
connection-no-script = JavaScript is switched off, so nothing appears here by itself: reload a page to see what is new. All else works. What this page measures needs JavaScript.
connection-not-known = Not known yet
connection-permissions = Permissions
connection-send-test = Send me a test
connection-tabs = Tabs
connection-test = Test
connection-test-body = You asked for this on the page about your connection. Nobody else sees it.
connection-test-hint = The server publishes a post that only you can see, and this page says how long it took to come.
connection-test-title = A test of your connection
connection-title = Connection
connection-way = On the way
script-doctor-again = You sent a test just now. Wait { $seconds } seconds.
script-doctor-cuts =
    { $count ->
        [one] { $count } cut, at { $time }, after { $seconds } seconds.
       *[other] { $count } cuts, the last one at { $time }, after { $seconds } seconds.
    } That happens: a laptop slept, or the network changed.
script-doctor-free = Nothing holds back what comes. The longest silence was { $seconds } seconds.
script-doctor-held-back = Something on the way holds back what comes until it is whole. This page asks every 15 seconds instead.
script-doctor-insecure = This address is not secure (https), so browsers allow neither notifications nor the app.
script-doctor-late = Something on the way hands on late what comes: once, nothing came for { $seconds } seconds.
script-doctor-lost = The server has the post, and it did not come within { $seconds } seconds. Something on the way holds it back.
script-doctor-many-cuts = { $count } cuts, the last one at { $time }, after { $seconds } seconds. If they come after the same time again and again, something on the way ends what is quiet.
script-doctor-may-not-notify = Notifications are blocked for this address.
script-doctor-may-notify = Notifications are allowed.
script-doctor-no-cuts = None since this browser connected.
script-doctor-no-notifications = This browser has no notifications here.
script-doctor-not-asked = Nobody has asked for notifications yet.
script-doctor-not-sent = The test could not be sent. Please try again.
script-doctor-own =
    { $count ->
        [one] This tab has a stream of its own.
       *[other] { $count } tabs have a stream each.
    }
script-doctor-protocol = Your browser is connected over { $protocol }.
script-doctor-protocol-unknown = Your browser does not say over what it is connected.
script-doctor-secure = The address is secure.
script-doctor-tabs =
    { $count ->
        [one] { $count } tab of this browser uses the stream.
       *[other] { $count } tabs of this browser share one stream.
    }
script-doctor-testing = Waiting for the test…
script-doctor-took = It came. From the server to this page it took { $way } ms; from the button to this page, { $all } ms.
script-doctor-unknown = Not connected at the moment.
