./news serve --request_log --interceptor=audit,no_secrets --maximum_concurrent_rpcs=1000
