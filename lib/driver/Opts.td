include "llvm/Option/OptParser.td"

// Only what works is listed here.
class F<string name, string help> : Flag<["--"], name>, HelpText<help>;
multiclass Eq<string name, string metavar, string help> {
  def NAME : Joined<["--"], name # "=">, MetaVarName<metavar>, HelpText<help>;
  def NAME # _separate : Separate<["--"], name>, Alias<!cast<Option>(NAME)>,
                         Flags<[HelpHidden]>;
}

def help : F<"help", "Print this and exit">;
def help_short : Flag<["-"], "h">, Alias<help>, Flags<[HelpHidden]>;
def version : F<"version", "Print versions and targets and exit">;
def output : JoinedOrSeparate<["-"], "o">, MetaVarName<"<file>">,
  HelpText<"Output; its suffix says what: none (executable), .so, .a, .o, .s, .ll, .ptx, .mlir">;
defm compile_to : Eq<"compile-to", "<phase>", "Stop after a phase: read, simplify, blocks, tile, vector, llvm (with -o x.mlir)">;
defm dump_phases_to : Eq<"dump-phases-to", "<dir>", "Write the IR after each phase to <dir>">;
defm dump_tensors : Eq<"dump-tensors", "<dir>", "Build a model that saves the output of every layer to <dir> when run">;
def explain : F<"explain", "Print which form, chunk and lanes were chosen, and why">;
defm target : Eq<"target", "<cpu>", "Processor: native (default), x86-64-v3, x86-64-v4, ...">;
defm gpu : Eq<"gpu", "<gpu>", "GPU of a .ptx: sm_80 (default), sm_90, ...">;
defm emit : Eq<"emit", "<kind>", "Kind of the output, whatever its suffix: asm, llvm, obj, ptx">;
defm form : Eq<"form", "<form>", "Form of every mixer: dense, recurrent, chunked, scan, lanes, blocked, direct, fft (default: by cost)">;
defm chunk : Eq<"chunk", "<tokens>", "Tokens per chunk (default: by cost)">;
defm max_seq : Eq<"max-seq", "<tokens>", "Longest sequence that a key/value cache holds (default: the model's context length)">;
defm dtype : Eq<"dtype", "<type>", "Compute in f32 (default) or f64">;
defm entries : Eq<"entries", "<list>", "forward: the stateless function only; forward,prefill,step: decode is required (default: as the model allows)">;
defm weights : Eq<"weights", "<file>", "Safetensors file with the weights of a .mlir model">;
def embed_weights : F<"embed-weights", "Make the weights file part of the output">;
def allow_unsafe_form : F<"allow-unsafe-form", "Warn, no more, where --form may overflow on some input">;
def no_fallback : F<"no-fallback", "Make it an error when a mixer has no better form than dense">;
defm load : Eq<"load", "<plugin.so>", "Load a dialect or pass plugin">;
def optimize : Joined<["-"], "O">, MetaVarName<"<0-3>">, HelpText<"Optimization level (default 2)">;
defm seed : Eq<"seed", "<n>", "check, plot: seed of the random inputs (default 1)">;
defm tolerance : Eq<"tolerance", "<x>", "check: largest error, of the largest absolute reference value (default 2e-5)">;
defm what : Eq<"what", "<view>", "plot: matrix (default)">;
defm tokens : Eq<"tokens", "<n>", "plot: tokens of the random inputs (default 64)">;
defm head : Eq<"head", "<n>", "plot: which head (default 0)">;
def input : JoinedOrSeparate<["-"], "i">, MetaVarName<"<name=x.npy>">, HelpText<"plot: an input that is given, not random">;
