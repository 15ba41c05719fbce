// RUN: weft-opt %s -split-input-file -verify-diagnostics --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func @Positions
func.func @Positions(%T: index, %pos: index) {
  // CHECK: mixer.positions %{{.*}} : tensor<?xindex>
  %p = mixer.positions %T : tensor<?xindex>
  // CHECK: mixer.positions %{{.*}} from %{{.*}} : tensor<?xindex>
  %q = mixer.positions %T from %pos : tensor<?xindex>
  return
}

// -----

func.func @Element(%T: index) {
  // expected-error @+1 {{must be 1D tensor of index values, but got 'tensor<?xi64>'}}
  %p = mixer.positions %T : tensor<?xi64>
  return
}
