drill = Drill
drill-choice = This is a drill
drill-hint = It is marked as one on every screen, in every notification and export, for good.
drill-not = Not a drill
drill-title = DRILL: { $title }
script-alert-real = Critical alert – not a drill
