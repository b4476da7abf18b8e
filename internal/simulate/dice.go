package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// purpose keeps the random numbers of one process apart from those of the others.
type purpose uint64

const (
	forCatalogue purpose = iota + 1
	forAgents
	forClients
	forUse
	forPages
	forLines
	forRobots
	forStaff
	forNoise
	forBrowsing
	forTags
)

// dice are random numbers that can be set to the start of any process.
type dice struct {
	*rand.Rand
	pcg *rand.PCG
}

func newDice(seed uint64, p purpose, a int) dice {
	pcg := rand.NewPCG(0, 0)
	d := dice{Rand: rand.New(pcg), pcg: pcg}
	d.set(seed, p, a, 0)
	return d
}

func (d dice) set(seed uint64, p purpose, a, b int) {
	d.pcg.Seed(mix(seed^mix(uint64(p))), mix(uint64(a)<<32^uint64(uint32(b))))
}

// mix spreads the bits of a small number over all 64 (the finalizer of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (d dice) chance(p float64) bool { return d.Float64() < p }

// between is a number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// logUniform is a number from low to high whose logarithm is uniform.
func (d dice) logUniform(low, high float64) float64 {
	return low * math.Pow(high/low, d.Float64())
}

func (d dice) poisson(mean float64) int {
	if mean > 60 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*d.NormFloat64())))
	}
	n := 0
	for p, limit := d.Float64(), math.Exp(-mean); p > limit; n++ {
		p *= d.Float64()
	}
	return n
}

// geometric is a number from 1 with the given mean.
func (d dice) geometric(mean float64) int {
	n := 1
	for d.chance(1 - 1/mean) {
		n++
	}
	return n
}

// gamma is a number of a gamma distribution with mean 1 and a coefficient of variation, by the method
// of Marsaglia and Tsang (2000).
func (d dice) gamma(variation float64) float64 {
	if variation <= 0 {
		return 1
	}
	shape := 1 / (variation * variation)
	boost, at := 1.0, shape
	if at < 1 {
		boost = math.Pow(d.Float64(), 1/shape)
		at++
	}
	third := at - 1.0/3
	for {
		x := d.NormFloat64()
		cube := math.Pow(1+x/math.Sqrt(9*third), 3)
		if cube > 0 && math.Log(d.Float64()) < x*x/2+third*(1-cube+math.Log(cube)) {
			return boost * third * cube / shape
		}
	}
}

// zipf picks from n things, the first far more often than the last.
func (d dice) zipf(n int) int {
	return int(math.Exp(d.Float64()*math.Log(float64(n)+1))) - 1
}

// uuid is a random UUID of version 4 in its usual spelling.
func (d dice) uuid() string {
	a, b := d.Uint64(), d.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x",
		a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

// pick is one of a list, all equally likely.
func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }
