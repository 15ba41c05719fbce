// The target machine from its feature list and cache sizes.
#include "lib/target/Codegen.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"
#include "llvm/TargetParser/Triple.h"

#include <memory>

using namespace weft;

extern "C" void LLVMInitializeNVPTXTargetInfo();
extern "C" void LLVMInitializeNVPTXTarget();
extern "C" void LLVMInitializeNVPTXTargetMC();
extern "C" void LLVMInitializeNVPTXAsmPrinter();

void weft::initializeBackends() {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  llvm::InitializeNativeTargetAsmParser();
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
}

static llvm::Error targetError(std::string message) {
  return llvm::make_error<TargetError>(TargetError::Target, std::move(message));
}

/// "32768K" in sysfs, 0 if there is no such file.
static int64_t readCacheSize(unsigned index) {
  auto file = llvm::MemoryBuffer::getFileAsStream(
      "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) +
      "/size");
  if (!file)
    return 0;
  llvm::StringRef text = (*file)->getBuffer().trim();
  int64_t unit = text.consume_back("K")   ? 1024
                 : text.consume_back("M") ? 1024 * 1024
                                          : 1;
  int64_t size = 0;
  return text.getAsInteger(10, size) ? 0 : size * unit;
}

/// Index 0 is the first-level data cache, 1 that of instructions.
static void readHostCaches(TargetDescription &target) {
  int64_t *sizes[] = {&target.l1Bytes, nullptr, &target.l2Bytes,
                      &target.l3Bytes};
  for (unsigned i = 0; i < std::size(sizes); ++i)
    if (int64_t size = sizes[i] ? readCacheSize(i) : 0)
      *sizes[i] = size;
}

static std::string hostFeatures() {
  llvm::SubtargetFeatures features;
  // A map without order; the list must be the same in every run.
  std::vector<std::string> names;
  llvm::StringMap<bool> host = llvm::sys::getHostCPUFeatures();
  for (const auto &feature : host)
    names.push_back(feature.first().str());
  llvm::sort(names);
  for (const std::string &name : names)
    features.AddFeature(name, host[name]);
  return features.getString();
}

/// The known processor whose name is most like `name`.
static llvm::StringRef nearestProcessor(const llvm::MCSubtargetInfo &subtarget,
                                        llvm::StringRef name) {
  llvm::StringRef best;
  unsigned bestDistance = 4;
  for (const llvm::SubtargetSubTypeKV &known :
       subtarget.getAllProcessorDescriptions()) {
    unsigned distance =
        name.edit_distance(known.Key, /*AllowReplacements=*/true, 4);
    if (distance >= bestDistance)
      continue;
    best = known.Key;
    bestDistance = distance;
  }
  return best;
}

static llvm::Error unknownProcessor(const llvm::MCSubtargetInfo &subtarget,
                                    llvm::StringRef name) {
  std::string message = "unknown target processor '" + name.str() + "'";
  llvm::StringRef nearest = nearestProcessor(subtarget, name);
  message += nearest.empty()
                 ? "; expects native, x86-64-v3, x86-64-v4 or another name "
                   "that llc -mcpu=help lists"
                 : "; did you mean '" + nearest.str() + "'?";
  return targetError(message);
}

/// x86-64-vN as the psABI defines it, by the features that matter to code.
static unsigned x86Level(const llvm::MCSubtargetInfo &subtarget) {
  static const char *const levels[] = {
      "+sse4.2,+popcnt,+ssse3", "+avx2,+bmi,+bmi2,+fma,+f16c,+lzcnt,+movbe",
      "+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"};
  unsigned level = 1;
  for (const char *features : levels) {
    if (!subtarget.checkFeatures(features))
      break;
    ++level;
  }
  return level;
}

static void describeVectors(TargetDescription &target,
                            const llvm::MCSubtargetInfo &subtarget) {
  if (!subtarget.getTargetTriple().isX86()) {
    target.vectorRegisters = 32; // NEON
    return;
  }
  target.level = x86Level(subtarget);
  bool avx512 = subtarget.checkFeatures("+avx512f,+avx512vl");
  target.vectorBits = avx512                            ? 512
                      : subtarget.checkFeatures("+avx") ? 256
                                                        : 128;
  target.vectorRegisters = avx512 ? 32 : 16;
}

llvm::Expected<TargetDescription> weft::lookupTarget(llvm::StringRef name) {
  initializeBackends();
  TargetDescription target;
  target.triple = llvm::sys::getDefaultTargetTriple();
  llvm::Triple triple(target.triple);
  std::string reason;
  const llvm::Target *backend =
      llvm::TargetRegistry::lookupTarget(triple, reason);
  if (!backend)
    return targetError("no code generator for " + target.triple + ": " +
                       reason);
  bool native = name == "native";
  target.cpu = native ? llvm::sys::getHostCPUName().str() : name.str();
  target.features = native ? hostFeatures() : "";
  // Asked before a subtarget is made for the name: that would print a warning.
  std::unique_ptr<llvm::MCSubtargetInfo> any(
      backend->createMCSubtargetInfo(triple, "", ""));
  if (!any->isCPUStringValid(target.cpu))
    return unknownProcessor(*any, target.cpu);
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      backend->createMCSubtargetInfo(triple, target.cpu, target.features));
  if (triple.isX86() && !subtarget->checkFeatures("+64bit"))
    return targetError("target processor '" + target.cpu +
                       "' has no 64-bit mode");
  describeVectors(target, *subtarget);
  if (native)
    readHostCaches(target);
  return target;
}

/// The NN of sm_NN, sm_NNa or sm_NNf, 0 for anything else.
static unsigned computeCapability(llvm::StringRef name) {
  unsigned number = 0;
  if (!name.consume_front("sm_"))
    return 0;
  return name.rtrim("af").getAsInteger(10, number) ? 0 : number;
}

llvm::Expected<TargetDescription> weft::lookupGpu(llvm::StringRef name) {
  initializeBackends();
  TargetDescription target;
  target.triple = "nvptx64-nvidia-cuda";
  target.cpu = name.str();
  llvm::Triple triple(target.triple);
  std::string reason;
  const llvm::Target *backend =
      llvm::TargetRegistry::lookupTarget(triple, reason);
  if (!backend)
    return targetError("no code generator for " + target.triple + ": " +
                       reason);
  std::unique_ptr<llvm::MCSubtargetInfo> any(
      backend->createMCSubtargetInfo(triple, "", ""));
  if (computeCapability(name) < 80 || !any->isCPUStringValid(name))
    return targetError("unknown GPU '" + name.str() +
                       "'; expects sm_80, sm_90 or a newer compute capability");
  // A warp is the vector, and a block's shared memory the first cache.
  target.vectorBits = 32 * 32;
  target.vectorRegisters = 255;
  target.l1Bytes = 48 << 10;
  return target;
}
