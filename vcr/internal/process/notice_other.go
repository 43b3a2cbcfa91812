//go:build !unix

package process

import "os"

// startStderr returns the file of stderr. Here Ginkgo puts another one into the
// variable.
func startStderr() *os.File { return os.Stderr }
