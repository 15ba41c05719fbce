#include "lib/target/Descriptor.h"

#include "lib/runtime/Descriptor.h"
#include "lib/target/ConstantData.h"
#include "lib/target/ElementType.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace weft;
using llvm::Constant;

std::string weft::identifierOf(llvm::StringRef name) {
  std::string identifier;
  for (char c : name)
    identifier += llvm::isAlnum(c) ? c : '_';
  if (identifier.empty() || llvm::isDigit(identifier.front()))
    identifier.insert(identifier.begin(), '_');
  return identifier;
}

std::string weft::exportedName(const ModelInterface &interface) {
  return identifierOf(interface.name) + "_weft";
}

namespace {

/// Builds the structs from the leaves up; each method is one struct.
class DescriptorBuilder {
public:
  DescriptorBuilder(llvm::Module &module, const ModelInterface &interface,
                    const TargetDescription &target)
      : module(module), interface(interface), target(target),
        context(module.getContext()) {}

  llvm::Error build(llvm::StringRef embeddedFile);

private:
  Constant *number32(uint32_t value) {
    return llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), value);
  }
  Constant *number64(uint64_t value) {
    return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context), value);
  }
  Constant *null() {
    return llvm::ConstantPointerNull::get(
        llvm::PointerType::getUnqual(context));
  }
  Constant *text(llvm::StringRef value) {
    return global(llvm::ConstantDataArray::getString(context, value), "text");
  }
  Constant *global(Constant *value, const llvm::Twine &name);
  Constant *structure(llvm::ArrayRef<Constant *> fields, size_t size);
  Constant *array(llvm::ArrayRef<Constant *> items, const llvm::Twine &name);
  Constant *numbers(llvm::ArrayRef<int64_t> values);
  Constant *constantData(const WeightInterface &weight);

  Constant *tensorInfo(const TensorInterface &tensor);
  template <typename T> Constant *tensorInfos(const std::vector<T> &tensors);
  Constant *entryInfo(const EntryInterface &entry);
  Constant *entryCode(const EntryInterface &entry);
  Constant *weight(const WeightInterface &weight);
  Constant *modelInfo();
  Constant *descriptor(Constant *embedded, Constant *embeddedEnd);
  void addApi(Constant *descriptor);
  Constant *declareEmbedded(llvm::StringRef name);

  int64_t stateBytes() const;
  int64_t weightsBytes() const;
  uint64_t fingerprint() const;

  llvm::Module &module;
  const ModelInterface &interface;
  const TargetDescription &target;
  llvm::LLVMContext &context;
  std::string problem; // the first one met
};

} // namespace

Constant *DescriptorBuilder::global(Constant *value, const llvm::Twine &name) {
  auto *variable = new llvm::GlobalVariable(
      module, value->getType(), /*isConstant=*/true,
      llvm::GlobalValue::PrivateLinkage, value, "weft_" + name);
  variable->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return variable;
}

/// `size` is what C says of the struct: a field forgotten here shows.
Constant *DescriptorBuilder::structure(llvm::ArrayRef<Constant *> fields,
                                       size_t size) {
  Constant *value = llvm::ConstantStruct::getAnon(context, fields);
  assert(module.getDataLayout().getTypeAllocSize(value->getType()) == size &&
         "struct differs from lib/runtime/Descriptor.h");
  (void)size;
  return value;
}

Constant *DescriptorBuilder::array(llvm::ArrayRef<Constant *> items,
                                   const llvm::Twine &name) {
  if (items.empty())
    return null();
  auto *type = llvm::ArrayType::get(items.front()->getType(), items.size());
  return global(llvm::ConstantArray::get(type, items), name);
}

Constant *DescriptorBuilder::numbers(llvm::ArrayRef<int64_t> values) {
  llvm::SmallVector<Constant *> items;
  for (int64_t value : values)
    items.push_back(number64(value));
  return array(items, "dims");
}

Constant *DescriptorBuilder::constantData(const WeightInterface &weight) {
  if (!weight.constant)
    return null();
  std::optional<std::string> bytes = constantBytes(weight.constant);
  if (!bytes) {
    problem = "global '" + weight.name + "' has a value of unknown kind";
    return null();
  }
  auto *variable = llvm::cast<llvm::GlobalVariable>(global(
      llvm::ConstantDataArray::getString(context, *bytes, false), "constant"));
  variable->setAlignment(llvm::Align(64));
  return variable;
}

Constant *DescriptorBuilder::tensorInfo(const TensorInterface &tensor) {
  std::optional<ElementType> element = elementTypeOf(tensor.element);
  if (!element && problem.empty())
    problem = "element type of '" + tensor.name +
              "' is not supported at run time; expects f64, f32, f16, bf16, "
              "i64, i32, i8 or i1";
  return structure({text(tensor.name),
                    number32(element ? element->code : WEFT_F32),
                    number32(tensor.dims.size()), numbers(tensor.dims)},
                   sizeof(weft_tensor_info));
}

template <typename T>
Constant *DescriptorBuilder::tensorInfos(const std::vector<T> &tensors) {
  llvm::SmallVector<Constant *> infos;
  for (const T &tensor : tensors)
    infos.push_back(tensorInfo(tensor));
  return array(infos, "tensors");
}

Constant *DescriptorBuilder::entryInfo(const EntryInterface &entry) {
  return structure({text(entry.name), tensorInfos(entry.inputs),
                    tensorInfos(entry.outputs), number32(entry.inputs.size()),
                    number32(entry.outputs.size()),
                    number32(!entry.states.empty()), number32(0)},
                   sizeof(weft_entry_info));
}

Constant *DescriptorBuilder::entryCode(const EntryInterface &entry) {
  std::string symbol = "weft_entry_" + entry.name;
  llvm::Function *function = module.getFunction(symbol);
  if (!function || function->isDeclaration()) {
    if (problem.empty())
      problem = "the module has no function '" + symbol + "'";
    return structure({null(), null(), number32(0), number32(0), number64(0),
                      null(), number32(0), number32(0)},
                     sizeof(weft_entry_code));
  }
  llvm::SmallVector<Constant *> states, offsets;
  for (int64_t state : entry.states)
    states.push_back(number32(state));
  for (int64_t input : entry.offsets)
    offsets.push_back(number32(input));
  return structure({function, array(states, "states"),
                    number32(entry.states.size()), number32(entry.lastRowOnly),
                    number64(entry.tokens), array(offsets, "offsets"),
                    number32(entry.offsets.size()), number32(0)},
                   sizeof(weft_entry_code));
}

Constant *DescriptorBuilder::weight(const WeightInterface &weight) {
  return structure(
      {tensorInfo(weight), number64(weight.panel), constantData(weight)},
      sizeof(weft_weight));
}

/// Bytes of a tensor whose batch is 1.
static int64_t bytesOfTensor(const TensorInterface &tensor) {
  int64_t bytes = (tensor.element.getIntOrFloatBitWidth() + 7) / 8;
  for (int64_t dim : tensor.dims)
    bytes *= dim < 0 ? 1 : dim;
  return bytes;
}

int64_t DescriptorBuilder::stateBytes() const {
  int64_t bytes = 0;
  for (const StateInterface &state : interface.states)
    bytes += bytesOfTensor(state);
  return bytes;
}

int64_t DescriptorBuilder::weightsBytes() const {
  int64_t bytes = 0;
  for (const WeightInterface &weight : interface.weights)
    bytes += bytesOfTensor(weight);
  return bytes;
}

/// Panels depend on the machine; a state of the same model does not.
uint64_t DescriptorBuilder::fingerprint() const {
  ModelInterface portable = interface;
  portable.weightsFile.clear();
  portable.dumpDirectory.clear();
  for (WeightInterface &weight : portable.weights)
    weight.panel = 0;
  mlir::MLIRContext *mlirContext = nullptr;
  for (const EntryInterface &entry : interface.entries)
    for (const TensorInterface &tensor : entry.inputs)
      mlirContext = tensor.element.getContext();
  if (!mlirContext)
    return llvm::xxh3_64bits(interface.name);
  std::string words;
  llvm::raw_string_ostream os(words);
  encodeInterface(portable, mlirContext).print(os);
  return llvm::xxh3_64bits(words);
}

Constant *DescriptorBuilder::modelInfo() {
  llvm::SmallVector<Constant *> entries;
  for (const EntryInterface &entry : interface.entries)
    entries.push_back(entryInfo(entry));
  return structure(
      {text(interface.name), array(entries, "entries"),
       tensorInfos(interface.states), number32(interface.entries.size()),
       number32(interface.states.size()), number64(interface.contextLength),
       number64(interface.vocabulary), number64(weightsBytes()),
       number64(stateBytes())},
      sizeof(weft_model_info));
}

Constant *DescriptorBuilder::descriptor(Constant *embedded,
                                        Constant *embeddedEnd) {
  llvm::SmallVector<Constant *> codes, layouts, weights;
  for (const EntryInterface &entry : interface.entries)
    codes.push_back(entryCode(entry));
  for (const StateInterface &state : interface.states)
    layouts.push_back(
        structure({number64(state.cacheAxis)}, sizeof(weft_state_layout)));
  for (const WeightInterface &item : interface.weights)
    weights.push_back(weight(item));
  uint32_t flags = interface.languageModel ? WEFT_LANGUAGE_MODEL : 0;
  return structure(
      {number32(WEFT_ABI_VERSION), number32(flags), number64(fingerprint()),
       number32(target.level), number32(interface.weights.size()), modelInfo(),
       array(codes, "code"), array(layouts, "layouts"),
       array(weights, "weights"),
       interface.weightsFile.empty() ? null() : text(interface.weightsFile),
       embedded, embeddedEnd, text(WEFT_VERSION),
       interface.dumpDirectory.empty() ? null()
                                       : text(interface.dumpDirectory)},
      sizeof(weft_descriptor));
}

void DescriptorBuilder::addApi(Constant *descriptor) {
  llvm::SmallVector<Constant *> fields = {
      number32(WEFT_ABI_VERSION), number32(sizeof(weft_api)), descriptor};
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), false);
  for (llvm::StringRef name : {
#define WEFT_NAME(NAME) "weft_api_" #NAME,
           WEFT_API_FUNCTIONS(WEFT_NAME)
#undef WEFT_NAME
       })
    fields.push_back(llvm::cast<Constant>(
        module.getOrInsertFunction(name, type).getCallee()));
  Constant *api = global(structure(fields, sizeof(weft_api)), "api");
  auto *getter = llvm::Function::Create(
      llvm::FunctionType::get(api->getType(), false),
      llvm::GlobalValue::ExternalLinkage, exportedName(interface), module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "entry", getter));
  builder.CreateRet(api);
}

Constant *DescriptorBuilder::declareEmbedded(llvm::StringRef name) {
  auto *variable = new llvm::GlobalVariable(
      module, llvm::Type::getInt8Ty(context), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, nullptr, name);
  variable->setVisibility(llvm::GlobalValue::HiddenVisibility);
  return variable;
}

llvm::Error DescriptorBuilder::build(llvm::StringRef embeddedFile) {
  Constant *begin = null(), *end = null();
  if (!embeddedFile.empty()) {
    begin = declareEmbedded("weft_embedded_weights");
    end = declareEmbedded("weft_embedded_weights_end");
    std::string quoted;
    llvm::raw_string_ostream os(quoted);
    llvm::printEscapedString(embeddedFile, os);
    module.appendModuleInlineAsm(
        ".pushsection .rodata.weft.weights,\"a\",@progbits\n.p2align 6\n"
        "weft_embedded_weights:\n.incbin \"" +
        quoted + "\"\nweft_embedded_weights_end:\n.byte 0\n.popsection\n");
  }
  addApi(global(descriptor(begin, end), "descriptor"));
  if (!problem.empty())
    return llvm::make_error<TargetError>(TargetError::Input, problem);
  return llvm::Error::success();
}

llvm::Error weft::addDescriptor(llvm::Module &module,
                                const ModelInterface &interface,
                                const TargetDescription &target,
                                llvm::StringRef embeddedFile) {
  for (llvm::GlobalValue &value : module.global_values())
    if (!value.isDeclaration() && !value.hasLocalLinkage()) {
      value.setVisibility(llvm::GlobalValue::DefaultVisibility);
      value.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
  return DescriptorBuilder(module, interface, target).build(embeddedFile);
}
