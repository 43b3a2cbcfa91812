// Package early clones the default transport before package vcr is initialised: Go does
// that in the order of import paths.
package early

import "net/http"

// Clone is that clone.
var Clone = http.DefaultTransport.(*http.Transport).Clone()
