// The interface of a model as an attribute, so that dumps of phases in which
// functions work on memory still have it.
#include "weft/Target.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace weft;

namespace {

class Encoder {
public:
  explicit Encoder(MLIRContext *context) : builder(context) {}

  Attribute encode(const ModelInterface &interface);

private:
  using Fields = SmallVector<NamedAttribute>;

  void addText(Fields &fields, StringRef name, StringRef value) {
    fields.push_back(
        builder.getNamedAttr(name, builder.getStringAttr(value)));
  }
  void addNumber(Fields &fields, StringRef name, int64_t value) {
    fields.push_back(
        builder.getNamedAttr(name, builder.getI64IntegerAttr(value)));
  }
  Fields tensor(const TensorInterface &tensor);
  Attribute entry(const EntryInterface &entry);
  Attribute state(const StateInterface &state);
  Attribute weight(const WeightInterface &weight);
  template <typename T, typename Encode>
  void addList(Fields &fields, StringRef name, const std::vector<T> &list,
               Encode encode) {
    SmallVector<Attribute> attributes;
    for (const T &item : list)
      attributes.push_back(encode(item));
    fields.push_back(
        builder.getNamedAttr(name, builder.getArrayAttr(attributes)));
  }

  Builder builder;
};

} // namespace

Encoder::Fields Encoder::tensor(const TensorInterface &tensor) {
  Fields fields;
  addText(fields, "name", tensor.name);
  fields.push_back(
      builder.getNamedAttr("element", TypeAttr::get(tensor.element)));
  fields.push_back(builder.getNamedAttr(
      "dims", builder.getDenseI64ArrayAttr(tensor.dims)));
  return fields;
}

Attribute Encoder::entry(const EntryInterface &entry) {
  auto plain = [&](const TensorInterface &item) -> Attribute {
    return builder.getDictionaryAttr(tensor(item));
  };
  Fields fields;
  addText(fields, "name", entry.name);
  addList(fields, "inputs", entry.inputs, plain);
  addList(fields, "outputs", entry.outputs, plain);
  fields.push_back(builder.getNamedAttr(
      "states", builder.getDenseI64ArrayAttr(entry.states)));
  fields.push_back(builder.getNamedAttr(
      "offsets", builder.getDenseI64ArrayAttr(entry.offsets)));
  addNumber(fields, "tokens", entry.tokens);
  addNumber(fields, "last_row_only", entry.lastRowOnly);
  return builder.getDictionaryAttr(fields);
}

Attribute Encoder::state(const StateInterface &state) {
  Fields fields = tensor(state);
  addNumber(fields, "cache_axis", state.cacheAxis);
  return builder.getDictionaryAttr(fields);
}

Attribute Encoder::weight(const WeightInterface &weight) {
  Fields fields = tensor(weight);
  addNumber(fields, "panel", weight.panel);
  if (weight.constant)
    fields.push_back(builder.getNamedAttr("constant", weight.constant));
  return builder.getDictionaryAttr(fields);
}

Attribute Encoder::encode(const ModelInterface &interface) {
  Fields fields;
  addText(fields, "name", interface.name);
  addText(fields, "weights_file", interface.weightsFile);
  if (!interface.dumpDirectory.empty())
    addText(fields, "dump_directory", interface.dumpDirectory);
  addNumber(fields, "context_length", interface.contextLength);
  addNumber(fields, "vocabulary", interface.vocabulary);
  addNumber(fields, "language_model", interface.languageModel);
  addList(fields, "entries", interface.entries,
          [&](const EntryInterface &item) { return entry(item); });
  addList(fields, "states", interface.states,
          [&](const StateInterface &item) { return state(item); });
  addList(fields, "weights", interface.weights,
          [&](const WeightInterface &item) { return weight(item); });
  return builder.getDictionaryAttr(fields);
}

Attribute weft::encodeInterface(const ModelInterface &interface,
                                MLIRContext *context) {
  return Encoder(context).encode(interface);
}

// Decoding takes what it finds: a field that is missing or of another kind
// keeps its default, and `complete` says whether that happened.

namespace {

class Decoder {
public:
  std::string text(DictionaryAttr fields, StringRef name) {
    auto value = find<StringAttr>(fields, name);
    return value ? value.str() : std::string();
  }
  int64_t number(DictionaryAttr fields, StringRef name) {
    auto value = find<IntegerAttr>(fields, name);
    return value ? value.getInt() : 0;
  }
  SmallVector<int64_t> numbers(DictionaryAttr fields, StringRef name) {
    auto value = find<DenseI64ArrayAttr>(fields, name);
    return value ? SmallVector<int64_t>(value.asArrayRef())
                 : SmallVector<int64_t>();
  }
  template <typename T>
  std::vector<T> list(DictionaryAttr fields, StringRef name,
                      T (Decoder::*decode)(DictionaryAttr)) {
    std::vector<T> items;
    auto attributes = find<ArrayAttr>(fields, name);
    for (Attribute item : attributes ? attributes.getValue() : llvm::ArrayRef<Attribute>())
      if (auto dictionary = dyn_cast<DictionaryAttr>(item))
        items.push_back((this->*decode)(dictionary));
      else
        complete = false;
    return items;
  }

  TensorInterface tensor(DictionaryAttr fields);
  EntryInterface entry(DictionaryAttr fields);
  StateInterface state(DictionaryAttr fields);
  WeightInterface weight(DictionaryAttr fields);
  ModelInterface model(DictionaryAttr fields);

  bool complete = true;

private:
  template <typename T> T find(DictionaryAttr fields, StringRef name) {
    T value = fields.getAs<T>(name);
    complete &= bool(value);
    return value;
  }
};

} // namespace

TensorInterface Decoder::tensor(DictionaryAttr fields) {
  TensorInterface tensor;
  tensor.name = text(fields, "name");
  if (auto element = find<TypeAttr>(fields, "element"))
    tensor.element = element.getValue();
  tensor.dims = numbers(fields, "dims");
  return tensor;
}

EntryInterface Decoder::entry(DictionaryAttr fields) {
  EntryInterface entry;
  entry.name = text(fields, "name");
  entry.inputs = list(fields, "inputs", &Decoder::tensor);
  entry.outputs = list(fields, "outputs", &Decoder::tensor);
  entry.states = numbers(fields, "states");
  entry.offsets = numbers(fields, "offsets");
  entry.tokens = number(fields, "tokens");
  entry.lastRowOnly = number(fields, "last_row_only");
  return entry;
}

StateInterface Decoder::state(DictionaryAttr fields) {
  StateInterface state;
  static_cast<TensorInterface &>(state) = tensor(fields);
  state.cacheAxis = number(fields, "cache_axis");
  return state;
}

WeightInterface Decoder::weight(DictionaryAttr fields) {
  WeightInterface weight;
  static_cast<TensorInterface &>(weight) = tensor(fields);
  weight.panel = number(fields, "panel");
  weight.constant = fields.get("constant");
  return weight;
}

ModelInterface Decoder::model(DictionaryAttr fields) {
  ModelInterface model;
  model.name = text(fields, "name");
  model.weightsFile = text(fields, "weights_file");
  if (auto directory = fields.getAs<StringAttr>("dump_directory"))
    model.dumpDirectory = directory.str();
  model.contextLength = number(fields, "context_length");
  model.vocabulary = number(fields, "vocabulary");
  model.languageModel = number(fields, "language_model");
  model.entries = list(fields, "entries", &Decoder::entry);
  model.states = list(fields, "states", &Decoder::state);
  model.weights = list(fields, "weights", &Decoder::weight);
  for (const EntryInterface &entry : model.entries)
    for (int64_t index : entry.states)
      complete &= index >= 0 && index < int64_t(model.states.size());
  return model;
}

FailureOr<ModelInterface> weft::decodeInterface(ModuleOp module) {
  auto fields = module->getAttrOfType<DictionaryAttr>(kInterfaceAttr);
  if (!fields)
    return module.emitError() << "expects the attribute '" << kInterfaceAttr
                              << "', which weft-record-interface sets";
  Decoder decoder;
  ModelInterface interface = decoder.model(fields);
  if (!decoder.complete)
    return module.emitError()
           << "attribute '" << kInterfaceAttr << "' is damaged";
  return interface;
}
