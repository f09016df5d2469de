/** What people of a city ask for, offer, run and found; made up. Amounts in cents. */

export const WANTED = [
  { category: 'moving', title: 'Carry a sofa to the third floor', budget: 3000 },
  { category: 'tech_support', title: 'The printer speaks to nobody', budget: null },
  { category: 'tutoring', title: 'Fractions, before Friday', budget: 2000 },
  { category: 'delivery', title: 'Fetch a parcel from the post office', budget: 500 },
  { category: 'pet_care', title: 'Walk an old dog for a week', budget: 4500 },
  { category: 'home_repair', title: 'A tap that drips all night', budget: 4000 },
  { category: 'cleaning', title: 'Windows of a high old flat', budget: 6000 },
  { category: 'yard_work', title: 'Rake the leaves of two chestnuts', budget: 2500 },
  { category: 'shopping', title: 'Groceries for somebody with a broken leg', budget: null },
  { category: 'transportation', title: 'A lift to the clinic and back', budget: 1500 },
] as const;

export const OFFERED = [
  { category: 'tutoring', title: 'Maths for grades 5 to 10', tags: ['maths'], hourly: 2500 },
  {
    category: 'tech_support',
    title: 'Phones and laptops explained',
    tags: ['phone'],
    hourly: 3000,
  },
  { category: 'home_repair', title: 'Shelves, lamps and doors', tags: ['drill'], hourly: 3500 },
  { category: 'cooking', title: 'Bread with sourdough', tags: ['bread'], hourly: 2000 },
  { category: 'music', title: 'Guitar for late beginners', tags: ['guitar'], hourly: 2800 },
  {
    category: 'translation',
    title: 'Letters from the authorities, in Arabic',
    tags: ['arabic'],
    hourly: null,
  },
  { category: 'photography', title: 'Portraits outdoors', tags: ['portrait'], hourly: 5000 },
  { category: 'pet_care', title: 'Cats while you are away', tags: ['cats'], hourly: 1200 },
] as const;

export const SHOPS = [
  { category: 'restaurant', name: 'Bakery at the Corner', promotion: 'Two loaves for one' },
  { category: 'retail', name: 'Second-hand Books', promotion: null },
  { category: 'healthcare', name: 'Pharmacy at the Market', promotion: null },
  {
    category: 'automotive',
    name: 'Bicycle Workshop',
    promotion: 'Winter check for half the price',
  },
  { category: 'education', name: 'Language School', promotion: null },
  { category: 'home_improvement', name: 'Paint and Tools', promotion: 'A brush with every pot' },
] as const;

export const CIRCLES = [
  { type: 'apartment', name: 'Lindenhof 12' },
  { type: 'university', name: 'Students who stay up' },
  { type: 'community_center', name: 'The Old Fire Station' },
  { type: 'ngo', name: 'Night Bus' },
  { type: 'company', name: 'Printers at the Canal' },
] as const;
