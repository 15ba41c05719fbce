// The recurrent forms of scan: one task runs over time with its state in a
// tile. In `recurrent` a task is one head, in `lanes` a block of heads, which
// are the inner dimension of all tiles where a head has few channels. A decode
// step is this form with T = 1. Where the state of a head is larger than the
// first cache, a few tokens go over some of its columns at a time.
//   S = D S + e^gain k vᵀ + b uᵀ,  u = Sᵀ a  or, after the decay, (D S)ᵀ a,
//   or S = A S + k vᵀ with a dense A,
//   y = scale · Sᵀ q  of the state after the update, or of the one before it.
#include "MixerToBlocks.h"
#include "ScanGauge.h"
#include "ScanOperands.h"

#include "dialects/mixer/Transition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace weft;
using mixer::ScanOp;

/// A state that stays in the first cache beside the rows that meet it, the
/// columns of a larger one that do, and the tokens that go over them in turn.
static constexpr int64_t kStateBytes = 24 * 1024;
static constexpr int64_t kColumns = 32, kTokens = 32;

namespace {

/// What goes from token to token. State has a tile for each plane.
struct Carried {
  Value y;
  Values state;
  Value logScale; ///< with a gain
  Term max;
  Value segment; ///< of the last token that is no padding

  SmallVector<Value *> variables() {
    SmallVector<Value *> all{&y};
    for (Value &tile : state)
      all.push_back(&tile);
    all.append({&logScale, &max.value, &segment});
    return all;
  }
};

/// A token: rows by plane, factors of the state, of what is written and of
/// what is read; conditions are null where they cannot hold.
struct Token {
  Value t;
  Terms q, k, a, b, bonus;
  Term v, decay, cos, sin, written, read, bonusScale;
  Value reset, padding;
};

class RecurrentScan {
public:
  RecurrentScan(BlockBuilder &b, ScanOp op, int64_t headsOfTask);
  Values results();

private:
  std::function<void()> run(ValueRange shared);
  Carried start(ValueRange shared);
  Value wholeState(const Values &state, Value shared);

  bool isBlocked() const;
  void overColumns(Value first, Carried &carried);
  void overTokens(Value first, Value end, Carried &carried);
  void step(Value step, Carried &carried);
  Token load(Value t);
  void fixConstants();
  void keepDecays(Value first, Value count);
  Term turn(Value angles, Value t, bool sine);
  void segment(Token &token, Value &id);
  void decay(Token &token, Carried &carried);
  Terms erasing(const Token &token);
  Term erased(const Token &token, const Values &state);
  Term moved(const Values &state);
  Value startOfRow(const Token &token, Value row);
  Values update(const Token &token, const Values &state, Value y);

  Value exp(Value x) { return math::ExpOp::create(b, x); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
  /// Of numbers; where there is no factor or condition, x itself.
  Value scaled(Value x, Value factor) { return factor ? mul(x, factor) : x; }
  Value unless(Value condition, Value x, Value otherwise) {
    return condition ? arith::SelectOp::create(b, condition, otherwise, x)
                           .getResult()
                     : x;
  }
  Value zero() { return b.number(scan.element, 0.0); }
  SmallVector<Extent> sizes(StringRef loops) const;

  BlockBuilder &b;
  ScanOperands scan;
  HeadBlock task;
  /// Letters of the loops over heads and value columns.
  std::string heads, columns;
  Term fixedDecay, fixedCos, fixedSin, dense;
  /// Decay factors of a few tokens from `firstToken` on, [tokens, K].
  Value decayRows, firstToken;
};

} // namespace

RecurrentScan::RecurrentScan(BlockBuilder &b, ScanOp op, int64_t headsOfTask)
    : b(b), scan(b, op), heads(headsOfTask ? "h" : ""),
      columns(headsOfTask && scan.V == 1 ? "" : "p") {
  task.count = headsOfTask;
}

SmallVector<Extent> RecurrentScan::sizes(StringRef loops) const {
  return llvm::map_to_vector(loops, [&](char loop) {
    int64_t columns = task.column ? task.columns : scan.V;
    return Extent(loop == 'h'   ? task.count
                  : loop == 'p' ? columns
                                : scan.channels);
  });
}

//===-- one task -----------------------------------------------------------===//

Values RecurrentScan::results() {
  int64_t tasks = task.count ? scan.H / task.count : scan.H;
  return b.forall({b.dim(scan.op.getOut(), 0), tasks}, scan.op.getDpsInits(),
                  [&](ValueRange iv, ValueRange shared) {
                    task.entry = iv[0];
                    task.head = task.count ? b.mul(iv[1], task.count) : iv[1];
                    return run(shared);
                  });
}

std::function<void()> RecurrentScan::run(ValueRange shared) {
  fixConstants();
  Carried done = start(shared);
  if (isBlocked())
    b.forLoop(b.index(0), scan.T, kTokens, done.variables(),
              [&](Value first) { overColumns(first, done); });
  else
    overTokens(b.index(0), scan.T, done);
  Value state = wholeState(done.state, shared[1]);
  SmallVector<Axis> rows = scan.rowsOf(task);
  Axis which = range(task.head, task.count ? task.count : 1);
  Value max = done.max.value;
  if (max && !task.count)
    max = tensor::InsertOp::create(
        b, max, b.slice(shared[3], {at(task.entry), which}), b.index(0));
  return [=, shared = Values(shared)] {
    b.parallelInsert(done.y, shared[0], rows);
    b.parallelInsert(state, shared[1], scan.wholeStateOf(task));
    if (!max)
      return;
    if (done.logScale)
      b.parallelInsert(done.logScale, shared[2], ArrayRef(rows).take_front(3));
    b.parallelInsert(max, shared[3], {at(task.entry), which});
  };
}

Carried RecurrentScan::start(ValueRange shared) {
  Carried carried;
  SmallVector<Axis> rows = scan.rowsOf(task);
  carried.y = b.slice(shared[0], rows);
  // The state of a head is updated where it is. Planes and lanes have tiles of
  // their own, so that their layout can be chosen.
  for (int64_t plane = 0; plane < scan.planes; ++plane) {
    SmallVector<Axis> matrix = scan.stateOf(task, plane);
    bool inPlace = scan.planes == 1 && !task.count;
    carried.state.push_back(inPlace ? b.slice(shared[1], matrix)
                                    : b.copy(shared[1], matrix));
  }
  if (scan.readsLogScale())
    carried.logScale = b.slice(shared[2], ArrayRef(rows).take_front(3));
  if (scan.gain) {
    if (task.count)
      carried.max = {b.copy(shared[3], {at(task.entry), rows[2]}), "h"};
    else
      carried.max = tensor::ExtractOp::create(
                        b, shared[3], ValueRange{task.entry, task.head})
                        .getResult();
  }
  if (scan.segments)
    carried.segment = arith::ConstantOp::create(b, b.getI64IntegerAttr(-1));
  return carried;
}

/// The state in one tile, its channels in their own order.
Value RecurrentScan::wholeState(const Values &state, Value shared) {
  if (scan.planes == 1)
    return state[0];
  Value whole = b.slice(shared, scan.wholeStateOf(task));
  for (auto [plane, tile] : llvm::enumerate(state)) {
    SmallVector<Axis> part;
    if (task.count)
      part.push_back(all(task.count));
    part.push_back(scan.channelAxis(plane));
    if (!columns.empty())
      part.push_back(all(scan.V));
    whole = b.insert(tile, whole, part);
  }
  return whole;
}

//===-- the order of tokens and columns ------------------------------------===//

void RecurrentScan::overTokens(Value first, Value end, Carried &carried) {
  b.forLoop(first, end, 1, carried.variables(),
            [&](Value i) { step(i, carried); });
}

/// Angles would be turned into factors again for each block of columns.
bool RecurrentScan::isBlocked() const {
  int64_t bytes = scan.K * scan.V * scan.element.getIntOrFloatBitWidth() / 8;
  return !task.count && !scan.rotate && bytes > kStateBytes &&
         scan.V % kColumns == 0 && scan.V > kColumns;
}

/// The next tokens over all columns, block by block. What does not belong to a
/// column starts anew for each of them.
void RecurrentScan::overColumns(Value first, Carried &carried) {
  Value count = b.min(b.sub(scan.T, first), b.index(kTokens));
  Value end = b.add(first, count);
  keepDecays(first, count);
  Carried before = carried;
  task.columns = kColumns;
  auto block = [&](Value column) {
    task.column = column;
    Axis columns = scan.valueAxis(task);
    SmallVector<Axis> rows{all(scan.T), columns};
    SmallVector<Axis> channels{all(scan.channels), columns};
    Carried part{b.slice(carried.y, rows),
                 // Rows apart by all columns would share few sets of the cache.
                 {b.copy(carried.state[0], channels)},
                 carried.logScale,
                 before.max,
                 before.segment};
    overTokens(first, end, part);
    carried.y = b.insert(part.y, carried.y, rows);
    carried.state[0] = b.insert(part.state[0], carried.state[0], channels);
    carried.logScale = part.logScale;
    carried.max = part.max;
    carried.segment = part.segment;
  };
  b.forLoop(b.index(0), b.index(scan.V), kColumns, carried.variables(), block);
  task.column = Value();
}

//===-- one token ----------------------------------------------------------===//

void RecurrentScan::step(Value step, Carried &carried) {
  Token token = load(scan.token(b, step));
  if (scan.segments)
    segment(token, carried.segment);
  decay(token, carried);
  SmallVector<Axis> row{at(token.t)};
  for (const Extent &size : sizes(heads + columns))
    row.push_back(all(size));
  Value y = startOfRow(token, b.slice(carried.y, row));
  Values next = update(token, carried.state, y);
  carried.y = b.insert(next.pop_back_val(), carried.y, row);
  llvm::copy(next, carried.state.begin());
}

Token RecurrentScan::load(Value t) {
  Token token;
  token.t = t;
  for (int64_t plane = 0; plane < scan.planes; ++plane)
    for (auto [rows, operand] :
         {std::pair{&token.q, scan.q}, {&token.k, scan.k},
          {&token.a, scan.eraseA}, {&token.b, scan.eraseB},
          {&token.bonus, scan.bonus}})
      if (operand)
        rows->push_back(scan.row(b, operand, task, t, plane));
  token.v = scan.values(b, task, t);
  token.cos = fixedCos;
  token.sin = fixedSin;
  if (Value angles = scan.rotate; angles && !fixedCos) {
    token.cos = turn(angles, t, /*sine=*/false);
    token.sin = turn(angles, t, /*sine=*/true);
  }
  return token;
}

Term RecurrentScan::turn(Value angles, Value t, bool sine) {
  return b.map(scan.row(b, angles, task, t), scan.element,
               [&](ValueRange x) -> Value {
                 if (sine)
                   return math::SinOp::create(b, x[0]);
                 return math::CosOp::create(b, x[0]);
               });
}

/// Factors that are the same at all times are computed once.
void RecurrentScan::fixConstants() {
  Value decay = scan.decay, angles = scan.rotate;
  if (decay && !mixer::hasTime(decay) && !scan.gain)
    fixedDecay = b.map(scan.row(b, decay, task, {}), scan.element,
                       [&](ValueRange x) { return exp(x[0]); });
  if (angles && !mixer::hasTime(angles)) {
    fixedCos = turn(angles, {}, /*sine=*/false);
    fixedSin = turn(angles, {}, /*sine=*/true);
  }
  if (scan.dense)
    dense = scan.denseOf(b, task);
}

/// Padding has an id below zero. The state is reset where the id is another
/// than that of the last token that was no padding, if there was one.
void RecurrentScan::segment(Token &token, Value &id) {
  using Predicate = arith::CmpIPredicate;
  Value none = arith::ConstantOp::create(b, b.getI64IntegerAttr(0));
  Value own = tensor::ExtractOp::create(b, scan.segments,
                                        ValueRange{task.entry, token.t});
  Value differs = arith::CmpIOp::create(b, Predicate::ne, own, id);
  Value known = arith::CmpIOp::create(b, Predicate::sge, id, none);
  Value present = arith::CmpIOp::create(b, Predicate::sge, own, none);
  token.padding = arith::CmpIOp::create(b, Predicate::slt, own, none);
  Value changes = arith::AndIOp::create(b, differs, known);
  token.reset = arith::AndIOp::create(b, changes, present);
  id = arith::SelectOp::create(b, token.padding, id, own);
}

/// Factors of channels are shared by the blocks of columns.
void RecurrentScan::keepDecays(Value first, Value count) {
  if (!scan.channelDecay || scan.gain || fixedDecay)
    return;
  Value low = scan.reverse ? b.sub(scan.T, b.add(first, count)) : first;
  Value logs = b.slice(scan.decay,
                       {at(task.entry), range(low, count),
                        scan.headAxis(b, task, staticDim(scan.decay, 2)),
                        all(scan.K)});
  SmallVector<Axis> used{range(0, count), all(scan.K)};
  Value tile = b.empty({kTokens, scan.K}, scan.element);
  Value rows = b.generic("tn", {"tn", "tn"}, {logs}, {b.slice(tile, used)},
                         [&](ValueRange x) -> Values { return {exp(x[0])}; })
                   .front();
  decayRows = b.insert(rows, tile, used);
  firstToken = low;
}

//===-- decays and the gauge -----------------------------------------------===//

/// e^g; with a gain, the state before the token is stored with the scale
/// e^-before, the one after it with e^-after.
void RecurrentScan::decay(Token &token, Carried &carried) {
  Type element = scan.element;
  if (decayRows) {
    Value row = b.sub(token.t, firstToken);
    token.decay = {b.slice(decayRows, {at(row), all(scan.K)}), "n"};
    return;
  }
  Term g, gain;
  if (scan.decay && !fixedDecay)
    g = scan.row(b, scan.decay, task, token.t);
  if (!scan.gain) {
    token.decay = g ? b.map(g, element,
                            [&](ValueRange x) { return exp(x[0]); })
                    : fixedDecay;
    return;
  }
  Value lowest = lowestMax(b, element);
  gain = scan.row(b, scan.gain, task, token.t);
  Term before = b.map(carried.max, element, [&](ValueRange x) -> Value {
    Value max = unless(token.reset, x[0], lowest);
    return arith::MaximumFOp::create(b, max, lowest);
  });
  Term strongest = scan.strongestDecay(b, task, token.t);
  Term after = b.map({before, strongest, gain}, element, [&](ValueRange x) {
    return unless(token.padding, maxAfter(b, x[0], x[1], x[2]), x[0]);
  });
  token.decay = b.map({g, before, after}, element, [&](ValueRange x) {
    Value log = sub(x[1], x[2]);
    return exp(x[0] ? add(x[0], log) : log);
  });
  token.written = b.map({gain, after}, element, [&](ValueRange x) {
    return exp(sub(x[0], x[1]));
  });
  Term scale = scan.readsBefore ? before : after;
  if (scan.bonus) {
    scale = b.map({before, gain}, element, [&](ValueRange x) -> Value {
      Value max = arith::MaximumFOp::create(b, x[0], x[1]);
      return unless(token.padding, max, x[0]);
    });
    auto over = [&](ValueRange x) { return exp(sub(x[0], x[1])); };
    token.read = b.map({before, scale}, element, over);
    token.bonusScale = b.map({gain, scale}, element, over);
  }
  carried.max.value = after.value;
  if (!carried.logScale)
    return;
  if (task.count)
    carried.logScale = b.insert(scale.value, carried.logScale,
                                {at(token.t), all(task.count)});
  else
    carried.logScale = tensor::InsertOp::create(b, scale.value,
                                                carried.logScale, token.t);
}

//===-- erase, write, read -------------------------------------------------===//

/// The rows a that meet the state before the token: Dᵀ a where erases read the
/// decayed state.
Terms RecurrentScan::erasing(const Token &token) {
  if (!scan.erasesDecayed)
    return token.a;
  Terms rows;
  for (int64_t plane = 0; plane < scan.planes; ++plane) {
    bool turned = scan.planes == 2;
    Term other = turned ? token.a[1 - plane] : Term();
    rows.push_back(b.map(
        {token.a[plane], other, token.cos, token.sin, token.decay},
        scan.element, [&](ValueRange x) {
          Value row = x[0];
          // (cos, sin) of the first plane, (cos, -sin) of the second.
          if (turned) {
            Value own = mul(x[0], x[2]), mixed = mul(x[1], x[3]);
            row = plane == 0 ? add(own, mixed) : sub(own, mixed);
          }
          return scaled(row, x[4]);
        }));
  }
  return rows;
}

// u = Sᵀ a
Term RecurrentScan::erased(const Token &token, const Values &state) {
  if (!scan.eraseA)
    return {};
  std::string loops = heads + columns;
  Value sum = b.fill(b.empty(sizes(loops), scan.element), 0.0);
  for (auto [row, tile] : llvm::zip(erasing(token), state))
    sum = b.generic(loops + "/n", {row, Term(tile, heads + "n" + columns)},
                    {Term(sum, loops)},
                    [&](ValueRange x) -> Values {
                      Value old = unless(token.reset, x[1], zero());
                      return {add(x[2], mul(x[0], old))};
                    })
              .front();
  return {sum, loops};
}

/// A S for a dense A, a tile of its own.
Term RecurrentScan::moved(const Values &state) {
  if (!scan.dense)
    return {};
  std::string loops = heads + "n" + columns, old = heads + "m" + columns;
  Value sum = b.fill(b.empty(sizes(loops), scan.element), 0.0);
  if (!task.count)
    return {b.contract(loops + "/m", {dense.map, old, loops}, dense.value,
                       state[0], sum),
            loops};
  sum = b.generic(loops + "/m", {dense, Term(state[0], old)},
                  {Term(sum, loops)},
                  [&](ValueRange x) -> Values {
                    return {add(x[2], mul(x[0], x[1]))};
                  })
            .front();
  return {sum, loops};
}

/// A row of y before the state is read: zero, or (Σ q bonus k) v.
Value RecurrentScan::startOfRow(const Token &token, Value row) {
  if (!scan.bonus)
    return b.fill(row, 0.0);
  Value sum = b.fill(b.empty(sizes(heads), scan.element), 0.0);
  for (auto [q, k, bonus] : llvm::zip(token.q, token.k, token.bonus))
    sum = b.generic(heads + "/n", {q, k, bonus}, {Term(sum, heads)},
                    [&](ValueRange x) -> Values {
                      return {add(x[3], mul(mul(x[0], x[2]), x[1]))};
                    })
              .front();
  Value scale = b.number(scan.element, scan.scale);
  return b
      .generic(heads + columns, {Term(sum, heads), token.v, token.bonusScale},
               {Term(row, heads + columns)},
               [&](ValueRange x) -> Values {
                 Value weight = scaled(mul(x[0], scale), x[2]);
                 return {unless(token.padding, mul(weight, x[1]), zero())};
               })
      .front();
}

// One pass over the state: S and what is read of it.
Values RecurrentScan::update(const Token &token, const Values &state, Value y) {
  int64_t planes = scan.planes;
  Term erased = this->erased(token, state), moved = this->moved(state);
  std::string matrix = heads + "n" + columns;
  Terms ins = token.q, outs;
  ins.append(token.k);
  if (erased)
    ins.append(token.b);
  size_t rest = ins.size();
  ins.append({token.v, erased, token.decay, token.cos, token.sin,
              token.written, token.read, moved});
  for (Value tile : state)
    outs.push_back({tile, matrix});
  outs.push_back({y, heads + columns});
  Value scale = b.number(scan.element, scan.scale);
  auto body = [&](ValueRange x) {
    ValueRange other = x.drop_front(rest), old = other.drop_front(8);
    Value v = other[0], u = other[1], decay = other[2], cos = other[3],
          sin = other[4], written = other[5], read = other[6];
    Values before, next;
    for (int64_t plane = 0; plane < planes; ++plane)
      before.push_back(unless(token.reset, old[plane], zero()));
    Value sum = old.back();
    for (int64_t plane = 0; plane < planes; ++plane) {
      Value kept = before[plane];
      if (Value product = other[7])
        kept = unless(token.reset, product, zero());
      if (planes == 2) {
        Value own = mul(kept, cos), mixed = mul(before[1 - plane], sin);
        kept = plane == 0 ? sub(own, mixed) : add(own, mixed);
      }
      kept = scaled(kept, decay);
      if (u)
        kept = add(kept, mul(x[2 * planes + plane], u));
      Value after = add(kept, scaled(mul(x[planes + plane], v), written));
      next.push_back(unless(token.padding, after, old[plane]));
      Value query = scaled(mul(x[plane], scale), read);
      query = unless(token.padding, query, zero());
      Value seen = scan.readsBefore ? before[plane] : after;
      sum = add(sum, mul(query, seen));
    }
    next.push_back(sum);
    return next;
  };
  return b.generic(heads + columns + "/n", ins, outs, body);
}

FailureOr<Values> weft::recurrentScan(BlockBuilder &b, ScanOp op) {
  return RecurrentScan(b, op, 0).results();
}

FailureOr<Values> weft::lanesScan(BlockBuilder &b, ScanOp op, int64_t heads) {
  return RecurrentScan(b, op, heads).results();
}
