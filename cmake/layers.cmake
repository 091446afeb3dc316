# The house, bottom floor first. A module may depend only on floors below its
# own; modules that share a floor never see each other. khien_module() refuses
# to configure a tree that breaks this, so the list cannot drift from the code.
set(KHIEN_LAYERS
  "core"
  "model"
  "scan:watch:law:check:store:net"
  "estate"
  "probe:ingest:crawl:duty:fleet:rollout:policy"
  "flow"
  "site"
  "api:agent"
  "hub"
)
