"""What every app stands on: a closed list of files, no rules of the field.

Nouns: AuditEvent, OutboxMessage, StoredFile, ContentVersion.
Verbs: run a verb (`verbs`), refuse with a sentence (`verdicts`), read the clock (`clock`), handle money (`money`),
move between states (`moves`), record (`audit`), say (`outbox`), kick work (`jobs`), keep a picture (`files`),
read one's own letters (`letterbox`), make a sheet that no reader takes for a formula (`sheets`).
"""
