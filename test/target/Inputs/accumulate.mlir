// A model small enough to be written by hand, as the phases before `llvm` would
// leave it:
//
//   sum[d]       += x[t, d]
//   seen[p + t]   = x[t]
//   y[t, d]       = w[d] · x[t, d] + sum[d]
//
// with p tokens before. Channels are independent and run in parallel. The
// workspace holds a copy of x's channel, so that marks and blocks are used.
module attributes {
  weft.phase = "llvm",
  weft.interface = {
    name = "MODEL", weights_file = "WEIGHTS", dump_directory = "",
    context_length = 8 : i64, vocabulary = 0 : i64, language_model = 0 : i64,
    entries = [
      {name = "forward",
       inputs = [{name = "x", element = f32, dims = array<i64: 1, -1, 4>}],
       outputs = [{name = "y", element = f32, dims = array<i64: 1, -1, 4>}],
       states = array<i64: 0, 1>, offsets = array<i64>, tokens = -1 : i64, last_row_only = 0 : i64},
      {name = "prefill",
       inputs = [{name = "x", element = f32, dims = array<i64: 1, -1, 4>}],
       outputs = [{name = "y", element = f32, dims = array<i64: 1, 1, 4>}],
       states = array<i64: 0, 1>, offsets = array<i64>, tokens = -1 : i64, last_row_only = 1 : i64},
      {name = "step",
       inputs = [{name = "x", element = f32, dims = array<i64: 1, 1, 4>}],
       outputs = [{name = "y", element = f32, dims = array<i64: 1, 1, 4>}],
       states = array<i64: 0, 1>, offsets = array<i64>, tokens = 1 : i64, last_row_only = 0 : i64}],
    states = [
      {name = "sum", element = f32, dims = array<i64: 1, 4>,
       cache_axis = -1 : i64},
      {name = "seen", element = f32, dims = array<i64: 1, 8, 4>,
       cache_axis = 1 : i64}],
    weights = [{name = "w", element = f32, dims = array<i64: 4>,
                panel = 0 : i64}]}} {

  func.func private @weft_parallel_for(!llvm.ptr, !llvm.ptr, !llvm.ptr, i64)
  func.func private @weft_workspace_alloc(!llvm.ptr, i64) -> !llvm.ptr
  func.func private @weft_workspace_mark(!llvm.ptr) -> i64
  func.func private @weft_workspace_release(!llvm.ptr, i64)

  // args: x, y, sum, seen, T, p, whether y holds the last row only
  func.func private @channels(%ctx: !llvm.ptr, %args: !llvm.ptr, %begin: i64,
                              %end: i64) {
    %c0 = arith.constant 0 : i64
    %c1 = arith.constant 1 : i64
    %c4 = arith.constant 4 : i64
    %x = llvm.load %args : !llvm.ptr -> !llvm.ptr
    %1 = llvm.getelementptr %args[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %y = llvm.load %1 : !llvm.ptr -> !llvm.ptr
    %2 = llvm.getelementptr %args[2] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %sum = llvm.load %2 : !llvm.ptr -> !llvm.ptr
    %3 = llvm.getelementptr %args[3] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
    %seen = llvm.load %3 : !llvm.ptr -> !llvm.ptr
    %4 = llvm.getelementptr %args[4] : (!llvm.ptr) -> !llvm.ptr, i64
    %time = llvm.load %4 : !llvm.ptr -> i64
    %5 = llvm.getelementptr %args[5] : (!llvm.ptr) -> !llvm.ptr, i64
    %before = llvm.load %5 : !llvm.ptr -> i64
    %6 = llvm.getelementptr %args[6] : (!llvm.ptr) -> !llvm.ptr, i64
    %last = llvm.load %6 : !llvm.ptr -> i64
    %isLast = arith.cmpi ne, %last, %c0 : i64
    %table = llvm.load %ctx : !llvm.ptr -> !llvm.ptr
    %w = llvm.load %table : !llvm.ptr -> !llvm.ptr
    %mark = func.call @weft_workspace_mark(%ctx) : (!llvm.ptr) -> i64
    %bytes = arith.muli %time, %c4 : i64
    %copy = func.call @weft_workspace_alloc(%ctx, %bytes)
        : (!llvm.ptr, i64) -> !llvm.ptr
    scf.for %d = %begin to %end step %c1 : i64 {
      %wAt = llvm.getelementptr %w[%d] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      %scale = llvm.load %wAt : !llvm.ptr -> f32
      %sumAt = llvm.getelementptr %sum[%d] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %t = %c0 to %time step %c1 : i64 {
        %row = arith.muli %t, %c4 : i64
        %at = arith.addi %row, %d : i64
        %xAt = llvm.getelementptr %x[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %value = llvm.load %xAt : !llvm.ptr -> f32
        %copyAt = llvm.getelementptr %copy[%t]
            : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.store %value, %copyAt : f32, !llvm.ptr
      }
      scf.for %t = %c0 to %time step %c1 : i64 {
        %copyAt = llvm.getelementptr %copy[%t]
            : (!llvm.ptr, i64) -> !llvm.ptr, f32
        %value = llvm.load %copyAt : !llvm.ptr -> f32
        %old = llvm.load %sumAt : !llvm.ptr -> f32
        %new = arith.addf %old, %value : f32
        llvm.store %new, %sumAt : f32, !llvm.ptr
        %position = arith.addi %before, %t : i64
        %seenRow = arith.muli %position, %c4 : i64
        %seenIndex = arith.addi %seenRow, %d : i64
        %seenAt = llvm.getelementptr %seen[%seenIndex]
            : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.store %value, %seenAt : f32, !llvm.ptr
        %scaled = arith.mulf %scale, %value : f32
        %result = arith.addf %scaled, %new : f32
        %outRow = arith.select %isLast, %c0, %t : i64
        %row = arith.muli %outRow, %c4 : i64
        %at = arith.addi %row, %d : i64
        %yAt = llvm.getelementptr %y[%at] : (!llvm.ptr, i64) -> !llvm.ptr, f32
        llvm.store %result, %yAt : f32, !llvm.ptr
      }
    }
    func.call @weft_workspace_release(%ctx, %mark) : (!llvm.ptr, i64) -> ()
    return
  }

  func.func private @run(%ctx: !llvm.ptr, %buffers: !llvm.ptr, %position: i64,
                         %last: i64) {
    %c4 = arith.constant 4 : i64
    %count = arith.constant 7 : i64
    %args = llvm.alloca %count x i64 : (i64) -> !llvm.ptr
    %x = llvm.load %buffers : !llvm.ptr -> !llvm.ptr
    llvm.store %x, %args : !llvm.ptr, !llvm.ptr
    %dimsAt = llvm.getelementptr %buffers[1] : (!llvm.ptr) -> !llvm.ptr, i64
    %dims = llvm.load %dimsAt : !llvm.ptr -> !llvm.ptr
    %timeAt = llvm.getelementptr %dims[1] : (!llvm.ptr) -> !llvm.ptr, i64
    %time = llvm.load %timeAt : !llvm.ptr -> i64
    %yAt = llvm.getelementptr %buffers[2] : (!llvm.ptr) -> !llvm.ptr, i64
    %y = llvm.load %yAt : !llvm.ptr -> !llvm.ptr
    %sumAt = llvm.getelementptr %buffers[4] : (!llvm.ptr) -> !llvm.ptr, i64
    %sum = llvm.load %sumAt : !llvm.ptr -> !llvm.ptr
    %seenAt = llvm.getelementptr %buffers[6] : (!llvm.ptr) -> !llvm.ptr, i64
    %seen = llvm.load %seenAt : !llvm.ptr -> !llvm.ptr
    %1 = llvm.getelementptr %args[1] : (!llvm.ptr) -> !llvm.ptr, i64
    llvm.store %y, %1 : !llvm.ptr, !llvm.ptr
    %2 = llvm.getelementptr %args[2] : (!llvm.ptr) -> !llvm.ptr, i64
    llvm.store %sum, %2 : !llvm.ptr, !llvm.ptr
    %3 = llvm.getelementptr %args[3] : (!llvm.ptr) -> !llvm.ptr, i64
    llvm.store %seen, %3 : !llvm.ptr, !llvm.ptr
    %4 = llvm.getelementptr %args[4] : (!llvm.ptr) -> !llvm.ptr, i64
    llvm.store %time, %4 : i64, !llvm.ptr
    %5 = llvm.getelementptr %args[5] : (!llvm.ptr) -> !llvm.ptr, i64
    llvm.store %position, %5 : i64, !llvm.ptr
    %6 = llvm.getelementptr %args[6] : (!llvm.ptr) -> !llvm.ptr, i64
    llvm.store %last, %6 : i64, !llvm.ptr
    %body = constant @channels : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
    %bodyPtr = builtin.unrealized_conversion_cast %body
        : (!llvm.ptr, !llvm.ptr, i64, i64) -> () to !llvm.ptr
    func.call @weft_parallel_for(%ctx, %bodyPtr, %args, %c4)
        : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> ()
    return
  }

  func.func @weft_entry_forward(%ctx: !llvm.ptr, %buffers: !llvm.ptr,
                                %position: i64) {
    %no = arith.constant 0 : i64
    call @run(%ctx, %buffers, %position, %no)
        : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
    return
  }
  func.func @weft_entry_prefill(%ctx: !llvm.ptr, %buffers: !llvm.ptr,
                                %position: i64) {
    %yes = arith.constant 1 : i64
    call @run(%ctx, %buffers, %position, %yes)
        : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
    return
  }
  func.func @weft_entry_step(%ctx: !llvm.ptr, %buffers: !llvm.ptr,
                             %position: i64) {
    %no = arith.constant 0 : i64
    call @run(%ctx, %buffers, %position, %no)
        : (!llvm.ptr, !llvm.ptr, i64, i64) -> ()
    return
  }
}
