# The house, bottom floor first. A module may depend only on floors below its
# own; modules that share a floor never see each other. khien_module() refuses
# to configure a tree that breaks this, so the list cannot drift from the code.
set(KHIEN_LAYERS
  "core"
  "model"
  "scan:watch:advisory:law:check:report:store:net:pdf"
  "estate:feed:inventory:seal"
  "probe:ingest:crawl:render:fleet:rollout:policy:incident:roster:token"
  "flow:duty"
  "site:patch:botnet:request"
  "reporting:exchange:notice"
  "api:agent"
  "hub"
)
