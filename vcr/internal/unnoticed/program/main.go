// Command program sends requests in the ways that programs send them, to servers of its
// own, and prints what it sees. With the build tag vcr it imports the package vcr, and
// should print the same.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
)

func main() {
	if len(os.Args) < 2 {
		for _, name := range slices.Sorted(maps.Keys(programs)) {
			fmt.Println(name)
		}
		return
	}
	programs[os.Args[1]]()
}

// programs are run one by one, each in a process of its own.
var programs = map[string]func(){
	"the default client":                             defaultClient,
	"the default client, HTTP/2":                     defaultHTTP2,
	"a server that requires HTTP/2":                  requiredHTTP2,
	"a server that nobody trusts":                    untrusted,
	"a clone":                                        clone,
	"a clone with certificates":                      cloneWithRoots,
	"a clone with more certificates":                 cloneWithMoreRoots,
	"a clone that skips the verification":            cloneInsecure,
	"a clone with a client certificate":              cloneWithCertificate,
	"a clone without HTTP/2":                         cloneWithoutHTTP2,
	"a clone with HTTP/2 alone":                      cloneHTTP2Alone,
	"a clone with a dialer":                          cloneWithDialer,
	"the default transport with a dialer":            defaultWithDialer,
	"a proxy":                                        proxied,
	"a proxy of the environment":                     proxiedByEnvironment,
	"registered protocols":                           registered,
	"the dialer of the default transport":            itsDialer,
	"a switch of protocols":                          switched,
	"what is in a response":                          response,
	"an end of a context":                            ended,
	"connections that are kept":                      kept,
	"servers of httptest":                            ofHTTPTest,
	"a private transport":                            private,
	"websocket of coder":                             coderWebsocket,
	"websocket of gorilla":                           gorillaWebsocket,
	"gRPC":                                           overGRPC,
	"the SDK of MCP, which clones before our import": overMCP,
}
