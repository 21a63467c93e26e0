// Where a name or a mark stands in a shape. Points are {x, y} in pixels; a geometry is a list of rings or lines.

// Shoelace, in square pixels.
export function area(ring) {
  return Math.abs(ring.reduce((sum, p, i) => sum + (ring[(i + 1) % ring.length].x - p.x) * (ring[(i + 1) % ring.length].y + p.y), 0));
}

function distance(p, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const t = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

function inside(p, ring) {
  return ring.reduce((is, b, i) => {
    const a = ring[(i || ring.length) - 1];
    return a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x ? !is : is;
  }, false);
}

// The place farthest from the edge, of a grid of places.
export function heart(ring) {
  const [xs, ys] = [ring.map((p) => p.x), ring.map((p) => p.y)];
  const [left, top, wide, tall] = [Math.min(...xs), Math.min(...ys), Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
  let best = { x: left + wide / 2, y: top + tall / 2, room: 0 };
  for (let i = 1; i < 12; i += 1) {
    for (let j = 1; j < 12; j += 1) {
      const p = { x: left + (wide * i) / 12, y: top + (tall * j) / 12 };
      const room = inside(p, ring) ? Math.min(...ring.map((b, k) => distance(p, ring[(k || ring.length) - 1], b))) : 0;
      if (room > best.room) best = { ...p, room };
    }
  }
  return best;
}

// The middle of a line, the heart of the largest ring; null where a clipped piece is too thin to carry anything.
export function markPlace(geometry, kind) {
  if (kind === "line") {
    const longest = geometry.reduce((best, part) => (part.length > best.length ? part : best));
    const [a, b] = [longest[Math.floor((longest.length - 1) / 2)], longest[Math.ceil((longest.length - 1) / 2)]];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  }
  const place = heart(geometry.reduce((largest, part) => (area(part) > area(largest) ? part : largest)));
  return place.room >= 1.5 ? place : null;
}
