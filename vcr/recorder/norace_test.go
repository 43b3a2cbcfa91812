//go:build !race

package recorder_test

const raceDetector = false
