//go:build !race

package redaction_test

const raceDetector = false
