/** Something to try with, in the page's own words. */
export const exampleText =
  'Fireflies on a river bank flash at their own pace until enough of them see each other; then the whole bank flashes as one. ' +
  'Coupled oscillators explain it: each firefly is a phase oscillator, and the coupling strength between neighbours pulls their phases together. ' +
  'Below a critical coupling strength the order parameter stays near zero; above it, synchronization spreads through the network. ' +
  'Pacemaker cells in the heart and neurons in the brain show the same transition, and the structure of the network decides who locks to whom.';
