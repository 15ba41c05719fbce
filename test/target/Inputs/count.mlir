// A language model that counts: after token i comes token i + 1 (mod 5).
//
//   logits[b, t, v] = v == (ids[b, t] + 1) mod 5 ? 1 : 0
//   total[b]       += 1 for each token
//
// Batch and time are dynamic.
module attributes {
  weft.phase = "llvm",
  weft.interface = {
    name = "count", weights_file = "WEIGHTS", dump_directory = "",
    context_length = 0 : i64, vocabulary = 5 : i64, language_model = 1 : i64,
    entries = [
      {name = "forward",
       inputs = [{name = "input_ids", element = i64, dims = array<i64: -2, -1>}],
       outputs = [{name = "logits", element = f32, dims = array<i64: -2, -1, 5>}],
       states = array<i64: 0>, offsets = array<i64>, tokens = -1 : i64, last_row_only = 0 : i64},
      {name = "prefill",
       inputs = [{name = "input_ids", element = i64, dims = array<i64: -2, -1>}],
       outputs = [{name = "logits", element = f32, dims = array<i64: -2, 1, 5>}],
       states = array<i64: 0>, offsets = array<i64>, tokens = -1 : i64, last_row_only = 1 : i64},
      {name = "step",
       inputs = [{name = "input_ids", element = i64, dims = array<i64: -2, 1>}],
       outputs = [{name = "logits", element = f32, dims = array<i64: -2, 1, 5>}],
       states = array<i64: 0>, offsets = array<i64>, tokens = 1 : i64, last_row_only = 0 : i64}],
    states = [{name = "total", element = f32, dims = array<i64: -2, 1>,
               cache_axis = -1 : i64}],
    weights = []}} {

  func.func private @run(%ctx: !llvm.ptr, %buffers: !llvm.ptr, %first: i64) {
    %c0 = arith.constant 0 : i64
    %c1 = arith.constant 1 : i64
    %c5 = arith.constant 5 : i64
    %one = arith.constant 1.0 : f32
    %zero = arith.constant 0.0 : f32
    %ids = llvm.load %buffers : !llvm.ptr -> !llvm.ptr
    %0 = llvm.getelementptr %buffers[1] : (!llvm.ptr) -> !llvm.ptr, i64
    %dims = llvm.load %0 : !llvm.ptr -> !llvm.ptr
    %batch = llvm.load %dims : !llvm.ptr -> i64
    %1 = llvm.getelementptr %dims[1] : (!llvm.ptr) -> !llvm.ptr, i64
    %time = llvm.load %1 : !llvm.ptr -> i64
    %2 = llvm.getelementptr %buffers[2] : (!llvm.ptr) -> !llvm.ptr, i64
    %logits = llvm.load %2 : !llvm.ptr -> !llvm.ptr
    %3 = llvm.getelementptr %buffers[4] : (!llvm.ptr) -> !llvm.ptr, i64
    %total = llvm.load %3 : !llvm.ptr -> !llvm.ptr
    // Rows of the result start at the first or at the last token.
    %lastToken = arith.subi %time, %c1 : i64
    %isFirst = arith.cmpi eq, %first, %c0 : i64
    %start = arith.select %isFirst, %c0, %lastToken : i64
    %rows = arith.subi %time, %start : i64
    scf.for %b = %c0 to %batch step %c1 : i64 {
      %totalAt = llvm.getelementptr %total[%b]
          : (!llvm.ptr, i64) -> !llvm.ptr, f32
      scf.for %t = %c0 to %time step %c1 : i64 {
        %old = llvm.load %totalAt : !llvm.ptr -> f32
        %new = arith.addf %old, %one : f32
        llvm.store %new, %totalAt : f32, !llvm.ptr
      }
      scf.for %r = %c0 to %rows step %c1 : i64 {
        %t = arith.addi %r, %start : i64
        %idRow = arith.muli %b, %time : i64
        %idIndex = arith.addi %idRow, %t : i64
        %idAt = llvm.getelementptr %ids[%idIndex]
            : (!llvm.ptr, i64) -> !llvm.ptr, i64
        %id = llvm.load %idAt : !llvm.ptr -> i64
        %after = arith.addi %id, %c1 : i64
        %next = arith.remsi %after, %c5 : i64
        %outRow = arith.muli %b, %rows : i64
        %outIndex = arith.addi %outRow, %r : i64
        %base = arith.muli %outIndex, %c5 : i64
        scf.for %v = %c0 to %c5 step %c1 : i64 {
          %isNext = arith.cmpi eq, %v, %next : i64
          %logit = arith.select %isNext, %one, %zero : f32
          %at = arith.addi %base, %v : i64
          %logitAt = llvm.getelementptr %logits[%at]
              : (!llvm.ptr, i64) -> !llvm.ptr, f32
          llvm.store %logit, %logitAt : f32, !llvm.ptr
        }
      }
    }
    return
  }

  func.func @weft_entry_forward(%ctx: !llvm.ptr, %buffers: !llvm.ptr,
                                %position: i64) {
    %no = arith.constant 0 : i64
    call @run(%ctx, %buffers, %no) : (!llvm.ptr, !llvm.ptr, i64) -> ()
    return
  }
  func.func @weft_entry_prefill(%ctx: !llvm.ptr, %buffers: !llvm.ptr,
                                %position: i64) {
    %yes = arith.constant 1 : i64
    call @run(%ctx, %buffers, %yes) : (!llvm.ptr, !llvm.ptr, i64) -> ()
    return
  }
  func.func @weft_entry_step(%ctx: !llvm.ptr, %buffers: !llvm.ptr,
                             %position: i64) {
    %no = arith.constant 0 : i64
    call @run(%ctx, %buffers, %no) : (!llvm.ptr, !llvm.ptr, i64) -> ()
    return
  }
}
