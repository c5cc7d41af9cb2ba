# fish completion for stripebridge

# Whether the words so far, options left out, are just these.
function __stripebridge_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    for word in $words
        string match -q -- '-*' $word; or set -a path $word
    end
    test "$path" = "$argv"
end

# Whether the words so far begin with these.
function __stripebridge_below
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    for word in $words
        string match -q -- '-*' $word; or set -a path $word
    end
    set -l depth (count $argv)
    test (count $path) -ge $depth; and test "$path[1..$depth]" = "$argv"
end

complete -c stripebridge -f

complete -c stripebridge -n '__stripebridge_at' -a envelope -d 'Print the topic and the envelope that an event would be published with.'
complete -c stripebridge -n '__stripebridge_at' -a signature -d 'Explain webhook signatures.'
complete -c stripebridge -n '__stripebridge_at' -a provision -d 'Bring a broker to what topology.yaml says: plan, apply, verify.'
complete -c stripebridge -n '__stripebridge_at' -a sandbox -d 'Run a local broker, for development and tests, until Ctrl-C.'
complete -c stripebridge -n '__stripebridge_at' -a config -d 'Show the settings.'
complete -c stripebridge -n '__stripebridge_at' -a completion -d 'Print a script that lets your shell complete commands and options.'
complete -c stripebridge -n '__stripebridge_at' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_at' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_at' -l version -d 'Show the version and exit.'
complete -c stripebridge -n '__stripebridge_below envelope' -l topology -r -F -d 'Take the routes from this file; else from topology.yaml here, else from the one that is built in.'
complete -c stripebridge -n '__stripebridge_below envelope' -s o -l output -x -a 'table json yaml' -d 'Print as one of: table, json, yaml.'
complete -c stripebridge -n '__stripebridge_below envelope' -l stripe-account-id -x -d 'Account level of the topic for events that name no account.'
complete -c stripebridge -n '__stripebridge_below envelope' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below envelope' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below envelope' -F
complete -c stripebridge -n '__stripebridge_at signature' -a explain -d 'Say why a webhook\'s signature does not hold, trying every endpoint secret.'
complete -c stripebridge -n '__stripebridge_below signature' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below signature' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below signature explain' -l header -x -d 'The value of the Stripe-Signature header; left out if there was none.'
complete -c stripebridge -n '__stripebridge_below signature explain' -l body -r -F -d 'The body, byte for byte as it was received; `-` is standard input.'
complete -c stripebridge -n '__stripebridge_below signature explain' -l at -x -d 'Judge as of this time, such as 2026-11-20T10:00:00Z; else as of now.'
complete -c stripebridge -n '__stripebridge_below signature explain' -s o -l output -x -a 'table json yaml' -d 'Print as one of: table, json, yaml.'
complete -c stripebridge -n '__stripebridge_below signature explain' -l stripe-webhook-secret-file -r -F -d 'Signing secrets of the webhook endpoints, all of them active. `label=` before one names its endpoint; a label `acct_…` gives that account to events without one.'
complete -c stripebridge -n '__stripebridge_below signature explain' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below signature explain' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below provision' -l file -r -F -d 'Take this for topology.yaml.'
complete -c stripebridge -n '__stripebridge_below provision' -l dry-run -d 'Print the plan, and change nothing.'
complete -c stripebridge -n '__stripebridge_below provision' -l check -d 'Print the plan, and exit 3 if there is anything in it.'
complete -c stripebridge -n '__stripebridge_below provision' -l prune -d 'Delete what is under `manages:` and not in the topology.'
complete -c stripebridge -n '__stripebridge_below provision' -l destroy -d 'Delete everything that is under `manages:`.'
complete -c stripebridge -n '__stripebridge_below provision' -l export -x -d 'Print the topology of what the broker has under these beginnings of names.'
complete -c stripebridge -n '__stripebridge_below provision' -l strict -d 'Exit 3 if there is a finding that is not accepted.'
complete -c stripebridge -n '__stripebridge_below provision' -l set-password -d 'Write the passwords of client usernames that exist already.'
complete -c stripebridge -n '__stripebridge_below provision' -l force-nonempty -d 'Delete queues together with the messages in them.'
complete -c stripebridge -n '__stripebridge_below provision' -l force-in-use -d 'Delete queues that consumers are bound to.'
complete -c stripebridge -n '__stripebridge_below provision' -l yes -d 'Do not ask before anything is deleted or clients are disconnected.'
complete -c stripebridge -n '__stripebridge_below provision' -l semp-rate -x -d 'Stay below so many requests per second; else as fast as the broker answers.'
complete -c stripebridge -n '__stripebridge_below provision' -l timeout -x -d 'Give up when a request has no answer for so long.'
complete -c stripebridge -n '__stripebridge_below provision' -s o -l output -x -a 'table json yaml' -d 'Print as one of: table, json, yaml.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-semp-host -x -d 'Base URL of the broker\'s administration, with or without /SEMP/v2.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-semp-username -x -d 'Administrator; required to administer the broker unless there is a token.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-semp-password-file -r -F -d 'The administrator\'s password.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-semp-token-file -r -F -d 'OAuth token, in place of SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-semp-tls-ca-cert-path -x -d 'File with the certificates to trust for administration.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-vpn -x -d 'Message VPN.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-password-file -r -F -d 'Password of the client username.'
complete -c stripebridge -n '__stripebridge_below provision' -l solace-message-ttl-ms -x -d 'How long a message lives on a queue that respects it; 0 is for ever.'
complete -c stripebridge -n '__stripebridge_below provision' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below provision' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below sandbox' -l topology -r -F -d 'Create what this file describes; else there is one open client user and no queue.'
complete -c stripebridge -n '__stripebridge_below sandbox' -l ws-port -x -d 'Take WebSocket on a port of its own too, 0 for a free one; the SMF port always does.'
complete -c stripebridge -n '__stripebridge_below sandbox' -l tls -d 'Speak TLS on these ports, with a certificate made for the occasion.'
complete -c stripebridge -n '__stripebridge_below sandbox' -l bind -x -d 'Listen on this address of the machine.'
complete -c stripebridge -n '__stripebridge_below sandbox' -l fault -x -d 'Let this go wrong from the start: refuse-login=TIMES, drop-connections=FRAMES, outage=TIME, stall-acks, slow-acks=TIME, reject=TIMES:REFUSAL, fail-semp=TIMES:STATUS, slow-semp=TIME.'
complete -c stripebridge -n '__stripebridge_below sandbox' -l sandbox-smf-port -x -d 'The sandbox\'s port for messages; 0 picks a free one.'
complete -c stripebridge -n '__stripebridge_below sandbox' -l sandbox-semp-port -x -d 'The sandbox\'s port for administration; 0 picks a free one.'
complete -c stripebridge -n '__stripebridge_below sandbox' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below sandbox' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_at config' -a show -d 'Show every setting in effect and where it comes from; secrets are masked.'
complete -c stripebridge -n '__stripebridge_below config' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below config' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below config show' -s o -l output -x -a 'table json yaml' -d 'Print as one of: table, json, yaml.'
complete -c stripebridge -n '__stripebridge_below config show' -l stripe-webhook-secret-file -r -F -d 'Signing secrets of the webhook endpoints, all of them active. `label=` before one names its endpoint; a label `acct_…` gives that account to events without one.'
complete -c stripebridge -n '__stripebridge_below config show' -l stripe-api-key-file -r -F -d 'Secret key for calls to Stripe\'s API.'
complete -c stripebridge -n '__stripebridge_below config show' -l stripe-api-base -x -d 'Where Stripe\'s API is, or a server compatible with it.'
complete -c stripebridge -n '__stripebridge_below config show' -l stripe-account-id -x -d 'Account level of the topic for events that name no account.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-message-ttl-ms -x -d 'How long a message lives on a queue that respects it; 0 is for ever.'
complete -c stripebridge -n '__stripebridge_below config show' -l dmq-eligible -x -d 'Whether a message that cannot be delivered goes to the dead message queue.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-host -x -d 'Addresses of the broker for messages, tried in order. Without a port: 55555 for tcp, 55443 for tcps, 80 for ws, 443 for wss.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-vpn -x -d 'Message VPN.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-username -x -d 'Client username for messages.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-password-file -r -F -d 'Password of the client username.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-tls-enabled -x -d 'Refuses tcp:// and ws:// addresses. tcps:// and wss:// are TLS in any case.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-tls-ca-cert-path -x -d 'PEM, JKS or PKCS12 file with the certificates to trust for messages; else those that Java trusts.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-tls-ca-cert-password-file -r -F -d 'Password of the JKS or PKCS12 files with trusted certificates.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-semp-host -x -d 'Base URL of the broker\'s administration, with or without /SEMP/v2.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-semp-username -x -d 'Administrator; required to administer the broker unless there is a token.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-semp-password-file -r -F -d 'The administrator\'s password.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-semp-token-file -r -F -d 'OAuth token, in place of SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD.'
complete -c stripebridge -n '__stripebridge_below config show' -l solace-semp-tls-ca-cert-path -x -d 'File with the certificates to trust for administration.'
complete -c stripebridge -n '__stripebridge_below config show' -l app-host -x -d 'Address to listen on.'
complete -c stripebridge -n '__stripebridge_below config show' -l app-port -x -d 'Port for webhooks; 0 picks a free one.'
complete -c stripebridge -n '__stripebridge_below config show' -l app-tls-cert-path -x -d 'PEM file with the server\'s certificate chain; with its key: HTTPS.'
complete -c stripebridge -n '__stripebridge_below config show' -l app-tls-key-path -x -d 'PEM file with the certificate\'s private key.'
complete -c stripebridge -n '__stripebridge_below config show' -l admin-port -x -d 'Port for health, readiness and metrics; 0 picks a free one.'
complete -c stripebridge -n '__stripebridge_below config show' -l log-level -x -d 'Least severe level that is logged; `warning` and `critical` are understood.'
complete -c stripebridge -n '__stripebridge_below config show' -l log-format -x -d 'One JSON object or one readable line per log line.'
complete -c stripebridge -n '__stripebridge_below config show' -l redis-url-file -r -F -d 'Redis with the inbox that replicas share; not set: an inbox of its own, in a file.'
complete -c stripebridge -n '__stripebridge_below config show' -l redis-key-prefix -x -d 'What the shared inbox\'s keys begin with.'
complete -c stripebridge -n '__stripebridge_below config show' -l redis-tls-ca-cert-path -x -d 'PEM file with the certificates to trust for Redis; else those that Java trusts.'
complete -c stripebridge -n '__stripebridge_below config show' -l redis-tls-cert-path -x -d 'PEM file with the client certificate for Redis.'
complete -c stripebridge -n '__stripebridge_below config show' -l redis-tls-key-path -x -d 'PEM file with the client certificate\'s private key.'
complete -c stripebridge -n '__stripebridge_below config show' -l inbox-redis-durability -x -d 'What Redis confirms before an event counts as durable: its own disk, or as many replicas; not set: whatever Redis is configured to do.'
complete -c stripebridge -n '__stripebridge_below config show' -l inbox-path -x -d 'File of the embedded inbox.'
complete -c stripebridge -n '__stripebridge_below config show' -l idempotency-ttl-seconds -x -d 'How long the id of a published event is remembered. Stripe retries for 3 days, so 4 days (345600) are better than the default.'
complete -c stripebridge -n '__stripebridge_below config show' -l async-queue-size -x -d 'Waiting entries above which a webhook is answered 429.'
complete -c stripebridge -n '__stripebridge_below config show' -l max-publish-retries -x -d 'Refusals of one message before its entry is parked.'
complete -c stripebridge -n '__stripebridge_below config show' -l retry-backoff-base-seconds -x -d 'First wait after a refusal; it doubles, with jitter, up to 30 s.'
complete -c stripebridge -n '__stripebridge_below config show' -l async-shutdown-timeout-seconds -x -d 'Time to settle what is in flight when stopping; the rest stays in the inbox.'
complete -c stripebridge -n '__stripebridge_below config show' -l e2e-stripe-account-id -x -d 'Account of the events that validation sends.'
complete -c stripebridge -n '__stripebridge_below config show' -l e2e-consume-timeout-seconds -x -d 'How long validation waits for one of its messages.'
complete -c stripebridge -n '__stripebridge_below config show' -l e2e-queue-drain-before-test -x -d 'Whether the queues are emptied first. Validation finds its own messages without it.'
complete -c stripebridge -n '__stripebridge_below config show' -l sandbox-smf-port -x -d 'The sandbox\'s port for messages; 0 picks a free one.'
complete -c stripebridge -n '__stripebridge_below config show' -l sandbox-semp-port -x -d 'The sandbox\'s port for administration; 0 picks a free one.'
complete -c stripebridge -n '__stripebridge_below config show' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below config show' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below completion' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below completion' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below completion' -a 'bash zsh fish'
