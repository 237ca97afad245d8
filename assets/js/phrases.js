// Phrases that more than one part of the page says.

/** "3 while you were away, 1 of them an alert" */
export function whileAway(posts, alerts) {
  const text = `${posts} while you were away`;
  if (alerts === 0) return text;
  if (posts === 1) return `${text}, an alert`;
  if (alerts === 1) return `${text}, 1 of them an alert`;
  return alerts === posts ? `${text}, all alerts` : `${text}, ${alerts} of them alerts`;
}

const FLAGS = { critical: "Critical alert", warning: "Warning", info: "Information" };

/** "Critical alert: Leave the building", "News: The new timetable is out", "Resolved: Leave the building" */
export function headline({ kind, severity, title, resolution }) {
  if (resolution) return `Resolved: ${title}`;
  return `${kind === "alert" ? FLAGS[severity] : "News"}: ${title}`;
}
